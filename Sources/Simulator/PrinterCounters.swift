/// What a printer has seen so far, for tests to assert on.
package struct PrinterCounters: Sendable, Hashable {
  /// A request that reached the printer.
  package struct Command: Sendable, Hashable {
    /// `<top key>.<command>`: `print.pause`.
    package let name: String
    package let sequenceID: String
    /// As it came.
    package let text: String
  }

  /// The last of them are kept.
  package static let remembered = 128

  /// MQTT sessions that are up now.
  package var sessionsOpen = 0
  /// TCP connections accepted since the start.
  package var connectionsEver = 0
  /// Sessions admitted since the start.
  package var sessionsEver = 0
  /// Subscriptions granted since the start.
  package var subscriptionsEver = 0
  /// Refused for their access code, or for want of room.
  package var refused = 0
  /// MQTT packets for clients that the fault `silent` kept back.
  package var swallowed = 0
  /// Reports that went out by the printer's own doing.
  package var reports = 0
  package var commandsEver = 0
  package var commands: [Command] = []
  /// Commands that came at QoS 0.
  package var commandsAtMostOnce = 0
  /// What a real printer would take amiss in the commands received.
  package var complaints: [String] = []

  package var camera = CameraCounters()

  package init() {}

  package func count(of name: String) -> Int { commands.count { $0.name == name } }

  mutating func note(_ command: Command, complaints found: [String]) {
    commandsEver += 1
    commands = commands.suffix(Self.remembered - 1) + [command]
    complaints = (complaints + found).suffix(Self.remembered)
  }
}
