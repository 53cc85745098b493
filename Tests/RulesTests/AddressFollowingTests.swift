import Model
import Rules
import Testing

@Suite("A silent printer is followed to an announced address")
struct AddressFollowingTests {
  let start = ContinuousClock().now
  let stored: HostName
  let first: HostName
  let second: HostName

  init() throws {
    stored = try HostName("192.168.1.10")
    first = try HostName("192.168.1.20")
    second = try HostName("192.168.1.30")
  }

  private func after(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

  @Test("only while the stored address does not answer")
  func onlyWhileSilent() {
    var following = AddressFollowing()
    following.heard(first, at: start)
    #expect(following.next(stored: stored, isSilent: false, at: start) == nil)
    #expect(following.next(stored: stored, isSilent: true, at: start) == first)
  }

  @Test("at most once a minute")
  func onceAMinute() {
    var following = AddressFollowing()
    following.heard(first, at: start)
    #expect(following.next(stored: stored, isSilent: true, at: start) == first)
    #expect(following.next(stored: stored, isSilent: true, at: after(59)) == nil)
    #expect(following.nextTry(stored: stored) == after(60))
    #expect(following.next(stored: stored, isSilent: true, at: after(60)) == first)
  }

  @Test("addresses take turns, so that a liar who shouts does not hide the printer")
  func turns() {
    var following = AddressFollowing()
    following.heard(first, at: start)
    following.heard(second, at: after(1))
    var tried: [HostName?] = []
    for minute in 0..<4 {
      following.heard(first, at: after(60 * minute + 2))
      tried.append(following.next(stored: stored, isSilent: true, at: after(60 * minute + 2)))
      following.heard(second, at: after(60 * minute + 3))
    }
    #expect(tried == [first, second, first, second])
  }

  @Test("an announcement of the stored address leads nowhere")
  func storedAddress() {
    var following = AddressFollowing()
    following.heard(stored, at: start)
    #expect(following.next(stored: stored, isSilent: true, at: start) == nil)
    #expect(following.nextTry(stored: stored) == nil)
  }

  @Test("a host name is never replaced")
  func hostName() throws {
    var following = AddressFollowing()
    following.heard(first, at: start)
    #expect(following.next(stored: try HostName("printer.local"), isSilent: true, at: start) == nil)
  }

  @Test("a hint is forgotten after ten minutes, and then nothing is left")
  func memory() {
    var following = AddressFollowing()
    following.heard(first, at: start)
    #expect(following.next(stored: stored, isSilent: true, at: after(600)) == nil)
    #expect(following.isEmpty)
  }

  @Test("no more than eight addresses are remembered, however many are announced")
  func bounded() throws {
    var following = AddressFollowing()
    for number in 1...200 { following.heard(try HostName("10.0.0.\(number)"), at: after(number)) }
    var tried: Set<HostName> = []
    for minute in 0..<20 {
      for number in 193...200 { following.heard(try HostName("10.0.0.\(number)"), at: after(201 + 60 * minute)) }
      if let host = following.next(stored: stored, isSilent: true, at: after(201 + 60 * minute)) { tried.insert(host) }
    }
    #expect(tried.count == AddressFollowing.capacity)
  }

  @Test(
    "an address is silent when the printer is not there, and not when it refuses us",
    arguments: [
      (PrinterProblem.unreachable, true), (.noData, true), (.wrongSerial, true), (.notAPrinter, true),
      (.wrongAccessCode, false), (.certificateChanged, false),
    ])
  func silence(problem: PrinterProblem, isSilent: Bool) {
    #expect(AddressFollowing.isSilent(problem) == isSilent)
    #expect(!AddressFollowing.isSilent(nil))
  }
}

@Suite("Each sender is heard so often and no more")
struct SourceLimiterTests {
  let start = ContinuousClock().now

  @Test("a sender beyond its allowance waits for the window's end, others do not")
  func allowance() {
    var limiter = SourceLimiter<Int>(allowance: 3, length: .seconds(10))
    var answers: [Bool] = []
    for _ in 0..<5 { answers.append(limiter.admits(1, at: start)) }
    answers.append(limiter.admits(2, at: start))
    answers.append(limiter.admits(1, at: start.advanced(by: .seconds(9))))
    answers.append(limiter.admits(1, at: start.advanced(by: .seconds(10))))
    #expect(answers == [true, true, true, false, false, true, false, true])
  }

  @Test("it never counts more senders than it has room for")
  func bounded() {
    var limiter = SourceLimiter<Int>(allowance: 1, length: .seconds(10), capacity: 16)
    var admitted = 0
    for source in 0..<10_000 where limiter.admits(source, at: start) { admitted += 1 }
    #expect(admitted == 10_000)
    #expect(limiter.count == 16)
  }
}
