import Rules
import Testing

@Suite("Only the gesture at the board lets a request in, and only the one request")
struct PairingWindowTests {
  /// A window with a clock of its own.
  private final class Desk {
    var window = PairingWindow()
    let start = ContinuousClock.now

    func open(_ id: UInt8, at second: Double) -> PairingWindow.Opening {
      window.open(id: [id], name: "asker \(id)", blinks: 3, now: start + .seconds(second))
    }

    @discardableResult
    func confirm(at second: Double) -> UInt8? { window.confirm(now: start + .seconds(second))?.id.first }

    func ask(_ id: UInt8, at second: Double) -> String {
      switch window.ask([id], now: start + .seconds(second), isEqual: ==) {
      case .unknown: "unknown"
      case .state(let state): state.rawValue
      case .delivers(let request): "delivers \(request.name)"
      }
    }
  }

  @Test("waiting, granted, delivered once")
  func granted() {
    let desk = Desk()
    #expect(desk.open(1, at: 0) == .opened)
    #expect(desk.ask(1, at: 1) == "waiting")
    #expect(desk.confirm(at: 2) == 1)
    #expect(desk.ask(1, at: 3) == "delivers asker 1")
    #expect(desk.ask(1, at: 4) == "granted")
    #expect(desk.ask(1, at: 4) == "granted")
  }

  @Test("a guessed identifier is unknown and takes nothing away")
  func guessed() {
    let desk = Desk()
    _ = desk.open(1, at: 0)
    desk.confirm(at: 1)
    #expect(desk.ask(2, at: 2) == "unknown")
    #expect(desk.ask(1, at: 3) == "delivers asker 1")
  }

  @Test("a press without a request, or before it, grants nothing")
  func earlyPress() {
    let desk = Desk()
    #expect(desk.confirm(at: 0) == nil)
    _ = desk.open(1, at: 1)
    #expect(desk.ask(1, at: 2) == "waiting")
  }

  @Test("a second request cancels both, also one that was granted and not fetched")
  func secondAsker() {
    let desk = Desk()
    _ = desk.open(1, at: 0)
    guard case .refused(let cancelled) = desk.open(2, at: 1) else { return #expect(Bool(false), "not refused") }
    #expect(cancelled.id == [1])
    #expect(desk.ask(1, at: 2) == "cancelled" && desk.ask(2, at: 2) == "unknown")
    #expect(desk.confirm(at: 3) == nil)
    #expect(desk.open(3, at: 4) == .opened)
    desk.confirm(at: 5)
    guard case .refused = desk.open(4, at: 6) else { return #expect(Bool(false), "not refused") }
    #expect(desk.ask(3, at: 7) == "cancelled")
  }

  @Test("after a minute the request is over, granted or not, and its key void")
  func expiry() {
    let desk = Desk()
    _ = desk.open(1, at: 0)
    #expect(desk.confirm(at: 60) == nil)
    #expect(desk.ask(1, at: 61) == "expired")
    #expect(desk.open(2, at: 62) == .opened)
    #expect(desk.confirm(at: 100) == 2)
    #expect(desk.ask(2, at: 122) == "expired")
    #expect(desk.ask(1, at: 122) == "unknown")
  }

  @Test("a press after the fetch grants nothing again")
  func pressAfterwards() {
    let desk = Desk()
    _ = desk.open(1, at: 0)
    desk.confirm(at: 1)
    _ = desk.ask(1, at: 2)
    #expect(desk.confirm(at: 3) == nil)
    #expect(desk.ask(1, at: 4) == "granted")
  }

  @Test("a key that could not be made is still due, unless another request has come")
  func returned() {
    let desk = Desk()
    _ = desk.open(1, at: 0)
    guard let granted = desk.window.confirm(now: desk.start + .seconds(1)) else { return #expect(Bool(false)) }
    #expect(desk.ask(1, at: 2) == "delivers asker 1")
    desk.window.returnUnfetched(granted)
    #expect(desk.ask(1, at: 3) == "delivers asker 1")
    _ = desk.open(2, at: 4)
    desk.window.returnUnfetched(granted)
    #expect(desk.ask(1, at: 5) == "granted" && desk.ask(2, at: 5) == "waiting")
  }
}
