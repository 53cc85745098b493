package import Model

/// Which address to try for a printer that has gone silent, out of those that announcements named (contract, section 8:
/// discovery is a hint, never a command).
///
/// A try is a certificate check and nothing more. It is made only while the stored address does not answer, and at most
/// once a minute; where several addresses are named they take turns, so that a liar cannot hide the printer. A host name
/// is never replaced: whoever entered one has a name service that follows.
package struct AddressFollowing: Hashable, Sendable {
  /// Between two tries.
  package static let spacing: Duration = .seconds(60)
  /// How long an announcement is remembered.
  package static let memory: Duration = .seconds(600)
  /// Addresses that are remembered for one printer; beyond that the one that was heard least recently goes.
  package static let capacity = 8

  private struct Hint: Hashable, Sendable {
    var address: HostName
    var heard: ContinuousClock.Instant
    var tried: ContinuousClock.Instant?
  }

  private var hints: [Hint] = []
  private var lastTry: ContinuousClock.Instant?

  package init() {}

  /// Nothing is remembered, so that this may be let go.
  package var isEmpty: Bool { hints.isEmpty && lastTry == nil }

  /// Whether a printer does not answer at its stored address, by the problem that is shown for it.
  ///
  /// Another machine at that address (`wrong_serial`, `not_a_printer`) is no answer of the printer's. A refused access
  /// code is one, and so is another key under the right serial number: that one is for a person to judge.
  package static func isSilent(_ problem: PrinterProblem?) -> Bool {
    switch problem {
    case .unreachable, .noData, .wrongSerial, .notAPrinter: true
    case .wrongAccessCode, .certificateChanged, nil: false
    }
  }

  /// An announcement has named this address.
  package mutating func heard(_ address: HostName, at now: ContinuousClock.Instant) {
    forget(at: now)
    if let index = hints.firstIndex(where: { $0.address == address }) {
      hints[index].heard = now
      return
    }
    if hints.count >= Self.capacity, let oldest = hints.indices.min(by: { hints[$0].heard < hints[$1].heard }) {
      hints.remove(at: oldest)
    }
    hints.append(Hint(address: address, heard: now))
  }

  /// The address to try now; it counts as tried.
  package mutating func next(
    stored: HostName, isSilent: Bool, at now: ContinuousClock.Instant
  ) -> HostName? {
    forget(at: now)
    guard isSilent, stored.isNumeric, lastTry.map({ now - $0 >= Self.spacing }) ?? true else { return nil }
    let candidates = hints.indices.filter { hints[$0].address != stored }
    // Never tried before tried, then whose turn is longest ago, then who was heard first.
    let choice = candidates.min { left, right in
      switch (hints[left].tried, hints[right].tried) {
      case (nil, nil): left < right
      case (nil, _): true
      case (_, nil): false
      case (let before?, let after?): before < after
      }
    }
    guard let choice else { return nil }
    hints[choice].tried = now
    lastTry = now
    return hints[choice].address
  }

  /// When another try may be made, if there is another address to try.
  package func nextTry(stored: HostName) -> ContinuousClock.Instant? {
    guard let lastTry, hints.contains(where: { $0.address != stored }) else { return nil }
    return lastTry.advanced(by: Self.spacing)
  }

  private mutating func forget(at now: ContinuousClock.Instant) {
    hints.removeAll { now - $0.heard >= Self.memory }
    if let last = lastTry, now - last >= Self.spacing { lastTry = nil }
  }
}
