package import Model

/// The relays of a board, as smart plugs of type `gpio` switch them.
package protocol RelayBank: Sendable {
  /// As the pin map names them.
  var names: [String] { get }
  func relays() async -> [RelayStanding]
  /// nil where there is no relay of that name.
  func relay(_ name: String) async -> RelayStanding?
  /// Switches at once. Switching to what it is already is fine, and changes nothing.
  ///
  /// Whether power may be cut is no business of the bank: who calls has asked that rule.
  /// - Throws: `NOT_FOUND` without such a relay, `CONFLICT` with `retryAfter` where it was switched less than its
  ///   minimum interval ago, `BOARD_ERROR` where its line does not answer.
  func `switch`(_ name: String, on: Bool) async throws(Fault)
}

/// How a relay stands.
package struct RelayStanding: Hashable, Sendable {
  package let name: String
  /// nil while its line cannot be used; `problem` says why.
  package var isOn: Bool?
  /// Since it was switched last; nil where that was before the service started.
  package var changedAt: ContinuousClock.Instant?
  /// Between two switchings, so that no contact and no power supply suffers.
  package let minimumInterval: Duration
  /// A sentence; nil where all is well.
  package var problem: String?

  package init(
    name: String, isOn: Bool?, changedAt: ContinuousClock.Instant? = nil, minimumInterval: Duration,
    problem: String? = nil
  ) {
    self.name = name
    self.isOn = isOn
    self.changedAt = changedAt
    self.minimumInterval = minimumInterval
    self.problem = problem
  }
}
