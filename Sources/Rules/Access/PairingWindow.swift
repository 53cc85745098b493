/// Pairing by presence (contract, section 3): who stands at the board and presses its button lets one request in.
///
/// At most one request is open at a time, for `length`. What has ended is remembered for as long again, so that its asker
/// learns how. Identifiers are hashes; nobody but the asker has what they are made of.
package struct PairingWindow: Sendable {
  package enum State: String, Sendable, CaseIterable {
    case waiting, granted, cancelled, expired
  }

  package struct Request: Hashable, Sendable {
    package let id: [UInt8]
    package let name: String
    /// How often the lights blink, which the asker shows as well: so that both mean the same request.
    package let blinks: Int
    package let openedAt: ContinuousClock.Instant
    package fileprivate(set) var state = State.waiting
  }

  package enum Opening: Hashable, Sendable {
    case opened
    /// Two at once: nobody could tell which one the button is for, so neither stays.
    case refused(cancelled: Request)
  }

  package enum Answer: Hashable, Sendable {
    case unknown
    case state(State)
    /// Granted, and asked for the first time: the key is due.
    case delivers(Request)
  }

  private static let remembered = 8

  private let length: Duration
  private var current: Request?
  private var past: [Request] = []

  package init(length: Duration = .seconds(60)) { self.length = length }

  package mutating func open(
    id: [UInt8], name: String, blinks: Int, now: ContinuousClock.Instant
  ) -> Opening {
    expire(now: now)
    if let cancelled = end(as: .cancelled) { return .refused(cancelled: cancelled) }
    current = Request(id: id, name: name, blinks: blinks, openedAt: now)
    return .opened
  }

  /// The pairing gesture, and nothing else. The request that it grants, or nil where it means nothing.
  package mutating func confirm(now: ContinuousClock.Instant) -> Request? {
    expire(now: now)
    guard current?.state == .waiting else { return nil }
    current?.state = .granted
    return current
  }

  /// The request whose time is over now: also one that was granted and never fetched, whose key is void.
  @discardableResult
  package mutating func expire(now: ContinuousClock.Instant) -> Request? {
    past = past.filter { now - $0.openedAt < length * 2 }
    guard let open = current, now - open.openedAt >= length else { return nil }
    return end(as: .expired)
  }

  /// - Parameter isEqual: compares identifiers without telling by its time where they differ.
  package mutating func ask(
    _ id: [UInt8], fetches: Bool = true, now: ContinuousClock.Instant, isEqual: ([UInt8], [UInt8]) -> Bool
  ) -> Answer {
    expire(now: now)
    if let open = current, isEqual(open.id, id) {
      guard open.state == .granted, fetches else { return .state(open.state) }
      _ = end(as: .granted)
      return .delivers(open)
    }
    return past.first { isEqual($0.id, id) }.map { .state($0.state) } ?? .unknown
  }

  /// The key could not be made: the request stands as before, where no other has been opened meanwhile.
  package mutating func returnUnfetched(_ request: Request) {
    guard current == nil else { return }
    past = past.filter { $0.id != request.id }
    current = request
  }

  private mutating func end(as state: State) -> Request? {
    guard var ended = current else { return nil }
    ended.state = state
    past.append(ended)
    if past.count > Self.remembered { past.removeFirst() }
    current = nil
    return ended
  }
}
