package import Model
package import Store

/// The way to one plug: a relay of the board, or something in the network.
package protocol PlugDriver: Sendable {
  /// Asks the plug how it stands.
  /// - Throws: `Fault` `PLUG_OFFLINE` or `BOARD_ERROR`, with a sentence that holds no secret.
  func status() async throws -> PlugReading
  /// Switches at once, whatever becomes of a printer: who calls has asked the rule.
  /// - Throws: as `status`, and `CONFLICT` with `retryAfter` for a relay that was switched too short a time ago.
  func turn(on: Bool) async throws
  /// Whether asking costs nothing, so that its state is always of now.
  var isAtHand: Bool { get }
  /// Lets go of whatever it holds open.
  func close() async
}

/// What a plug says of itself.
package struct PlugReading: Hashable, Sendable {
  package var state: PlugState
  /// W; nil where it measures none.
  package var power: Double?
  /// kWh.
  package var energyToday: Double?
  package var energyTotal: Double?

  package init(
    state: PlugState, power: Double? = nil, energyToday: Double? = nil, energyTotal: Double? = nil
  ) {
    self.state = state
    self.power = power
    self.energyToday = energyToday
    self.energyTotal = energyTotal
  }

  package var measures: Bool { power != nil || energyTotal != nil }
}

/// Makes drivers, and says beforehand what cannot be one.
package protocol PlugWorkshop: Sendable {
  /// Refuses what can be told without asking the plug: a relay that the board does not have, an address that may not be.
  func check(_ plug: SmartPlug) throws(InvalidValue)
  func driver(for plug: SmartPlug) throws -> any PlugDriver
}
