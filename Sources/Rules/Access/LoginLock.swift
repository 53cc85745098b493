package import Model

/// Locks out who guesses passwords: ten wrong ones from one address within a minute lock it for a minute (contract,
/// section 3).
///
/// An attempt counts as wrong until it has proven right, so that attempts at the same time do not slip past the count. At
/// most `capacity` addresses: when all are taken, the one whose count ends first goes.
package struct LoginLock<Address: Hashable & Sendable>: Sendable {
  package static var allowance: Int { 10 }
  /// In milliseconds.
  package static var window: Int64 { 60_000 }

  private struct Attempts: Sendable {
    /// When the attempts of the last minute were made, in order.
    var moments: [Timestamp] = []
    var lockedUntil: Timestamp?

    /// From then on it says nothing any more.
    var end: Timestamp {
      let last = Timestamp(milliseconds: (moments.last?.milliseconds ?? 0) + LoginLock.window)
      return max(last, lockedUntil ?? last)
    }
  }

  private let capacity: Int
  private var attempts: [Address: Attempts] = [:]

  package init(capacity: Int = 1024) { self.capacity = max(1, capacity) }

  /// Addresses that are remembered.
  package var count: Int { attempts.count }

  /// Counts an attempt as wrong. nil lets it through, else the whole seconds until the lock ends.
  package mutating func begin(_ address: Address, now: Timestamp) -> Int? {
    var known = attempts[address] ?? Attempts()
    // After the clock was set back, what was counted says nothing any more.
    if let last = known.moments.last, last > now { known = Attempts() }
    if let end = known.lockedUntil {
      if now < end { return Int(max(1, (end.milliseconds - now.milliseconds + 999) / 1000)) }
      known = Attempts()
    }
    known.moments = known.moments.filter { now.milliseconds - $0.milliseconds < Self.window }
    known.moments.append(now)
    if known.moments.count >= Self.allowance { known.lockedUntil = now.adding(seconds: Double(Self.window / 1000)) }
    if attempts[address] == nil, attempts.count >= capacity { makeRoom(now: now) }
    attempts[address] = known
    return nil
  }

  /// The password was right: the address begins anew.
  package mutating func succeed(_ address: Address) { attempts[address] = nil }

  /// The attempt that began then was never judged.
  package mutating func withdraw(_ address: Address, begunAt moment: Timestamp) {
    guard var known = attempts[address], let index = known.moments.lastIndex(of: moment) else { return }
    known.moments.remove(at: index)
    if known.moments.count < Self.allowance { known.lockedUntil = nil }
    attempts[address] = known.moments.isEmpty ? nil : known
  }

  private mutating func makeRoom(now: Timestamp) {
    let ended = attempts.filter { $0.value.end <= now }.map(\.key)
    for address in ended { attempts[address] = nil }
    guard attempts.count >= capacity, let first = attempts.min(by: { $0.value.end < $1.value.end }) else { return }
    attempts[first.key] = nil
  }
}
