import Model
import Rules
import Testing

@Suite("Notification templates")
struct TemplateTests {
  @Test("every event has words of its own that fit, and every placeholder in them has a sample")
  func standards() {
    for event in NotificationEvent.allCases {
      let template = NotificationTemplate.standard(for: event)
      #expect(template.title != event.rawValue)
      let samples = Dictionary(
        TemplatePlaceholder.known(to: event).map { ($0, $0.sample) }, uniquingKeysWith: { first, _ in first })
      let (title, message) = template.rendered(samples)
      #expect(!"\(title)\(message)".contains("{"))
    }
  }

  @Test(
    "unknown, nested and broken placeholders are refused with a word",
    arguments: [
      ("{nozzle}", "unknown placeholder {nozzle}"), ("{}", "unknown placeholder {}"), ("{ printer }", "unknown"),
      ("{PRINTER}", "unknown"), ("{progress}", "unknown placeholder {progress}"),
      ("{{printer}}", "nested"), ("{print{er}}", "nested"), ("{printer", "nothing closes"),
      ("printer}", "closes nothing"), ("a { b", "nothing closes"), ("{printer}}", "closes nothing"),
    ])
  func refused(text: String, word: String) {
    do {
      _ = try NotificationTemplate(title: "x", message: text, for: .printComplete)
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.field == "message")
      #expect(error.expectation.contains(word))
    }
    #expect(throws: InvalidValue.self) { try NotificationTemplate(title: text, message: "x", for: .printComplete) }
  }

  @Test(
    "a title is one line, and both have a length",
    arguments: [
      ("", "x"), ("x", ""), ("a\nb", "x"), (String(repeating: "x", count: 201), "x"), ("a\u{0}", "x"), ("x", "a\u{7F}"),
      ("x", String(repeating: "x", count: 2001)),
    ])
  func bounds(title: String, message: String) {
    #expect(throws: InvalidValue.self) { try NotificationTemplate(title: title, message: message, for: .printStarted) }
  }

  @Test("a value is put in as it is, once, and on one line")
  func values() throws {
    let template = try NotificationTemplate(
      title: "{task_name}", message: "{printer}: {task_name}\n{error}", for: .printFailed)
    let (title, message) = template.rendered([.printer: "{error}", .taskName: "a\nb", .error: "broken"])
    #expect(title == "a b")
    #expect(message == "{error}: a b\nbroken")
  }
}

@Suite("When a message is tried again")
struct DeliveryRuleTests {
  private let rule = DeliveryRule(first: 5, most: 60, patience: 600)
  private let begun = Timestamp(seconds: 1000)

  private func wait(_ failure: DeliveryRule.Failure, attempts: Int, jitter: Double = 0) -> Double? {
    switch rule.step(after: failure, attempts: attempts, created: begun, now: begun, jitter: jitter) {
    case .retry(let due): due.seconds(since: begun)
    case .giveUp: nil
    }
  }

  @Test("the wait doubles up to its most, and jitter adds a quarter at most")
  func doubling() {
    #expect([1, 2, 3, 4, 5, 99].map { wait(.passing(retryAfter: nil), attempts: $0) } == [5, 10, 20, 40, 60, 60])
    #expect(wait(.passing(retryAfter: nil), attempts: 1, jitter: 1) == 6.25)
    #expect(wait(.passing(retryAfter: nil), attempts: 1, jitter: 99) == 6.25)
  }

  @Test("Retry-After is heeded where it is longer")
  func retryAfter() {
    #expect(wait(.passing(retryAfter: 120), attempts: 1) == 120)
    #expect(wait(.passing(retryAfter: 1), attempts: 1) == 5)
    #expect(wait(.passing(retryAfter: -5), attempts: 1) == 5)
  }

  @Test("what will never be taken is given up at once, the rest when it is too old")
  func givingUp() {
    #expect(wait(.final, attempts: 1) == nil)
    #expect(wait(.passing(retryAfter: 601), attempts: 1) == nil)
    #expect(wait(.passing(retryAfter: .infinity), attempts: 1) == nil)
    let late = begun.adding(seconds: 599)
    #expect(rule.step(after: .passing(retryAfter: nil), attempts: 1, created: begun, now: late, jitter: 0) == .giveUp)
  }
}

@Suite("Hours of the day")
struct DailyHoursTests {
  // 2024-01-15T14:30:00Z
  private let now = Timestamp(seconds: 1_705_329_000)

  private func at(_ text: String) throws -> DayMinute { try DayMinute(text, field: "x") }

  @Test(
    "what is no time of day is refused",
    arguments: ["", "7:00", "24:00", "12:60", "12-30", "1230", "aa:bb", "12:3", "-1:00", "12:30:00", "１２:30"])
  func refused(text: String) { #expect(throws: InvalidValue.self) { try DayMinute(text, field: "x") } }

  @Test("the next time is today's or tomorrow's, by the clock on the wall")
  func next() throws {
    let utc: (Timestamp) -> Int = { _ in 0 }
    #expect(try at("15:00").next(after: now, offset: utc).description == "2024-01-15T15:00:00Z")
    #expect(try at("14:30").next(after: now, offset: utc).description == "2024-01-16T14:30:00Z")
    #expect(try at("08:00").next(after: now) { _ in 3600 }.description == "2024-01-16T07:00:00Z")
    #expect(try at("23:00").next(after: now) { _ in -36_000 }.description == "2024-01-16T09:00:00Z")
  }

  @Test("a clock that is put forward in between does not shift it")
  func summerTime() throws {
    // Europe/Berlin, 2024-03-31: 02:00 becomes 03:00 at 01:00Z.
    let change = Timestamp(seconds: 1_711_846_800)
    let berlin: (Timestamp) -> Int = { $0 < change ? 3600 : 7200 }
    let evening = Timestamp(seconds: 1_711_834_200)
    #expect(try at("07:00").next(after: evening, offset: berlin).description == "2024-03-31T05:00:00Z")
  }

  @Test("quiet hours reach over midnight")
  func quiet() throws {
    let night = try QuietHours(start: at("22:00"), end: at("07:00"))
    func end(_ text: String) -> String? {
      Timestamp(iso8601: text).flatMap { night.end(at: $0) { _ in 0 } }?.description
    }
    #expect(end("2024-01-15T21:59:59Z") == nil)
    #expect(end("2024-01-15T22:00:00Z") == "2024-01-16T07:00:00Z")
    #expect(end("2024-01-16T03:00:00Z") == "2024-01-16T07:00:00Z")
    #expect(end("2024-01-16T07:00:00Z") == nil)
    let noon = try QuietHours(start: at("12:00"), end: at("13:00"))
    #expect(noon.end(at: now) { _ in 0 } == nil)
    #expect(throws: InvalidValue.self) { try QuietHours(start: at("12:00"), end: at("12:00")) }
  }
}

@Suite("Steps and spools")
struct ProgressStepTests {
  @Test("each step is told once; steps passed over in one go by the highest")
  func steps() {
    let steps = [25, 50, 75]
    #expect(ProgressSteps.reached(24, steps: steps, told: 0) == nil)
    #expect(ProgressSteps.reached(25, steps: steps, told: 0) == 25)
    #expect(ProgressSteps.reached(26, steps: steps, told: 25) == nil)
    #expect(ProgressSteps.reached(80, steps: steps, told: 25) == 75)
    #expect(ProgressSteps.reached(100, steps: steps, told: 75) == nil)
    #expect(ProgressSteps.reached(60, steps: [], told: 0) == nil)
  }

  @Test("a spool that runs low is told once, until it is fuller or another one")
  func spools() {
    var watch = FilamentWatch()
    let tray = FilamentWatch.Tray(unit: 0, slot: 1)
    let told = [50, 11, 10, 9, 10, 12, 9, 15, 10].map { watch.isNewlyLow(tray, remaining: $0, isPresent: true) }
    #expect(told == [false, false, true, false, false, false, false, false, true])
    let unknown = [nil, -1].map { watch.isNewlyLow(tray, remaining: $0, isPresent: true) }
    let gone = watch.isNewlyLow(tray, remaining: nil, isPresent: false)
    let another = watch.isNewlyLow(tray, remaining: 5, isPresent: true)
    #expect(unknown == [false, false] && !gone && another)
  }
}
