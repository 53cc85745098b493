package import Rules
import Synchronization

/// Whether the service goes by the name that a request gives it. The names and addresses of the board are read again when
/// somebody comes by one that is not known, at most every two seconds, and every minute otherwise.
package final class HostDoor: Sendable {
  private static let shortest = Duration.seconds(2)
  private static let longest = Duration.seconds(60)
  /// Spellings that were let in lately.
  private static let remembered = 64

  private struct State {
    var rule: HostRule
    var readAt: ContinuousClock.Instant
    var admitted: Set<String> = []
  }

  private let read: @Sendable () -> HostRule
  private let state: Mutex<State>

  package init(read: @escaping @Sendable () -> HostRule) {
    self.read = read
    state = Mutex(State(rule: read(), readAt: .now))
  }

  /// nil, which only HTTP/1.0 has, is let in: no browser speaks it.
  func admits(_ host: String?) -> Bool {
    guard let host else { return true }
    let now = ContinuousClock.now
    let isKnown = state.withLock { $0.admitted.contains(host) && now - $0.readAt < Self.longest }
    if isKnown { return true }
    guard let authority = Authority(host) else { return false }
    let age = state.withLock { now - $0.readAt }
    if age < Self.longest, remember(host, authority) { return true }
    guard age >= Self.shortest else { return false }
    refresh()
    return remember(host, authority)
  }

  /// Reads everything anew, such as after a change of `api.allowed_hosts`.
  package func refresh() {
    let rule = read()
    state.withLock { $0 = State(rule: rule, readAt: .now) }
  }

  private func remember(_ host: String, _ authority: Authority) -> Bool {
    state.withLock { state in
      guard state.rule.admits(authority) else { return false }
      if state.admitted.count >= Self.remembered { state.admitted = [] }
      state.admitted.insert(host)
      return true
    }
  }
}
