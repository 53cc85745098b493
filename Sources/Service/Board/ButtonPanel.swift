package import Rules

/// The buttons of a board.
package protocol ButtonPanel: Sendable {
  var names: [String] { get }
  var table: ButtonTable { get }
  /// Presses one, as if a person did; nil where there is no such button.
  func press(_ name: String, _ gesture: ButtonGesture) async -> ButtonPress?
}

/// What a press did.
package struct ButtonPress: Hashable, Sendable {
  package enum Result: String, Sendable, CaseIterable {
    case done
    /// The gesture means nothing, or nothing waits for what it means.
    case nothing
  }

  package let action: ButtonAction?
  package let result: Result

  package init(action: ButtonAction?, result: Result) {
    self.action = action
    self.result = result
  }
}

/// The button of the virtual board, which stands in where there is no other: so that what a button does can be tried
/// anywhere.
package struct VirtualButtons: ButtonPanel {
  package let names = ["main"]
  package let table = ButtonTable([.double: .pairing])
  private let pairing: PairingDesk

  package init(pairing: PairingDesk) { self.pairing = pairing }

  package func press(_ name: String, _ gesture: ButtonGesture) async -> ButtonPress? {
    guard names.contains(name) else { return nil }
    switch table.action(for: gesture) {
    case .pairing: return ButtonPress(action: .pairing, result: await pairing.confirm() ? .done : .nothing)
    case let action: return ButtonPress(action: action, result: .nothing)
    }
  }
}
