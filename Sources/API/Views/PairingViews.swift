import Model
import Rules
import Service
import Wire

/// The answer to a request to pair.
package struct PairingView: WireObject {
  let opened: PairingDesk.Opened

  package static let name = "Pairing"
  package static let fields: [ObjectField<PairingView>] = [
    ObjectField("id", "Asks how it stands; whoever has it gets the key.", example: "3q2-7wABAgMEBQYHCAkKCw") {
      $0.opened.id.exposed
    },
    ObjectField("blinks", "How often the board's lights blink, 2 to 6: show it to the person.", schema: .integer(2...6))
    { $0.opened.blinks },
    ObjectField("expires_at", "When the window closes.") { $0.opened.expiresAt },
  ]
}

/// How a request to pair stands.
package struct PairingStandingView: WireObject {
  let standing: PairingDesk.Standing

  package static let name = "PairingState"
  package static let fields: [ObjectField<PairingStandingView>] = [
    ObjectField("state", "Where the request stands.") { $0.standing.state },
    ObjectField("key", "The key, in the first answer after it was granted and never again; else null.", example: .null)
    {
      $0.standing.key?.exposed
    },
  ]
}

extension PairingWindow.State: WireChoice {}
extension ButtonGesture: WireChoice {}
extension ButtonAction: WireChoice {}
extension ButtonPress.Result: WireChoice {}

/// A button of the board.
package struct ButtonView: WireObject {
  let name: String
  let table: ButtonTable

  package static let name = "Button"
  package static let fields: [ObjectField<ButtonView>] = [
    ObjectField("name", "Its name.", example: "main") { $0.name },
    ObjectField("virtual", "It is pressed by the API only.") { _ in true },
    ObjectField("gestures", "How it can be pressed, and what that does.") { view in
      ButtonGesture.allCases.map { GestureView(gesture: $0, action: view.table.action(for: $0)) }
    },
  ]
}

package struct GestureView: WireObject {
  let gesture: ButtonGesture
  let action: ButtonAction?

  package static let name = "ButtonGesture"
  package static let fields: [ObjectField<GestureView>] = [
    ObjectField("gesture", "How the button is pressed.") { $0.gesture },
    ObjectField("action", "What that does; null is nothing.") { $0.action },
  ]
}

/// What a press did.
package struct ButtonPressView: WireObject {
  let name: String
  let gesture: ButtonGesture
  let press: ButtonPress

  package static let name = "ButtonPress"
  package static let fields: [ObjectField<ButtonPressView>] = [
    ObjectField("button", "The button.", example: "main") { $0.name },
    ObjectField("gesture", "How it was pressed.") { $0.gesture },
    ObjectField("action", "What that means; null is nothing.") { $0.press.action },
    ObjectField("result", "`done`, or `nothing` where the gesture means nothing or nothing waited for it.") {
      $0.press.result
    },
  ]
}
