/// How a button is pressed.
package enum ButtonGesture: String, Sendable, CaseIterable {
  case short, double, long
  case veryLong = "very_long"
}

/// What a press means.
package enum ButtonAction: String, Sendable, CaseIterable {
  /// Lets the program or browser in that asks just now (contract, section 3, "Pairing by presence").
  case pairing
}

/// Which gesture means what. A gesture that is not in it does nothing.
package struct ButtonTable: Hashable, Sendable {
  private let actions: [ButtonGesture: ButtonAction]

  package init(_ actions: [ButtonGesture: ButtonAction]) { self.actions = actions }

  package static let standard = ButtonTable([.double: .pairing])

  package func action(for gesture: ButtonGesture) -> ButtonAction? { actions[gesture] }
}
