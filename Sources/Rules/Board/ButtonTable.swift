/// How a button is pressed. Holds end by letting go; the light says which one that would be.
package enum ButtonGesture: String, Sendable, CaseIterable {
  case short, double, triple, quadruple
  /// Held for two seconds.
  case long
  /// Held for five seconds.
  case longer
  /// Held to the end of the count-down, fifteen seconds; let go of earlier it does nothing.
  case veryLong = "very_long"

  /// The gesture of so many short presses.
  init?(taps: Int) {
    switch taps {
    case 1: self = .short
    case 2: self = .double
    case 3: self = .triple
    case 4: self = .quadruple
    default: return nil
    }
  }

  var taps: Int? {
    switch self {
    case .short: 1
    case .double: 2
    case .triple: 3
    case .quadruple: 4
    case .long, .longer, .veryLong: nil
    }
  }
}

/// What a press means.
package enum ButtonAction: String, Sendable, CaseIterable {
  /// The plate is cleared; what comes next may start.
  case plateCleared = "plate_cleared"
  case pauseOrResume = "pause_resume"
  /// Lets the program or browser in that asks just now (contract, section 3, "Pairing by presence").
  case pairing
  /// Ends the print; a short press must confirm it.
  case stop
  case shutdown
  case setUpWiFi = "setup_wifi"
  /// Erases database, files and trust.
  case factoryReset = "factory_reset"
  /// Switches the first relay of the board, within the rule for cutting power.
  case toggleRelay = "toggle_relay"

  /// A short press must follow, as what it does cannot be taken back.
  package var needsConfirmation: Bool { self == .stop }
}

/// Which gesture means what; a gesture that is not in it does nothing. The same rows stand in the file
/// Board/button-table; a test holds them against each other.
package struct ButtonTable: Hashable, Sendable {
  private let actions: [ButtonGesture: ButtonAction]

  package init(_ actions: [ButtonGesture: ButtonAction]) { self.actions = actions }

  package static let standard = ButtonTable([
    .short: .plateCleared, .double: .pairing, .triple: .pauseOrResume, .quadruple: .setUpWiFi, .long: .stop,
    .longer: .shutdown, .veryLong: .factoryReset,
  ])

  package func action(for gesture: ButtonGesture) -> ButtonAction? { actions[gesture] }

  /// The gestures that mean something.
  package var gestures: Set<ButtonGesture> { Set(actions.keys) }

  /// What an owner's rows change: `gesture=action` each, `gesture=none` takes the meaning away.
  package func changed(by rows: [String]) -> ButtonTable {
    var actions = actions
    for row in rows {
      if let (gesture, action) = Self.row(row) { actions[gesture] = action }
    }
    return ButtonTable(actions)
  }

  /// Whether a row can be one.
  package static func fits(_ row: String) -> Bool { self.row(row) != nil }

  private static func row(_ text: String) -> (ButtonGesture, ButtonAction?)? {
    let words = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 2, let gesture = ButtonGesture(rawValue: words[0]) else { return nil }
    if words[1] == "none" { return (gesture, nil) }
    return ButtonAction(rawValue: words[1]).map { (gesture, $0) }
  }
}
