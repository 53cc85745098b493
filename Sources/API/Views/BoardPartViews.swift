import Board
import Model
import Rules
import Service
import Wire

extension LEDState: WireChoice {}
extension ButtonGesture: WireChoice {}
extension ButtonAction: WireChoice {}
extension ButtonPress.Result: WireChoice {}

/// A light of the board.
package struct LightView: WireObject {
  let light: BoardStanding.Light

  package static let name = "Light"
  package static let fields: [ObjectField<LightView>] = [
    ObjectField("name", "Its name.", example: "status") { $0.light.light.name },
    ObjectField("pattern", "What it does.", example: "blink 900 300") { $0.light.light.pattern.text },
    ObjectField("state", "What that tells; null where somebody set the pattern, or it is dark.") { $0.light.state },
    ObjectField("overridden", "Somebody set its pattern.") { $0.light.isOverridden },
    ObjectField("dimmable", "It can breathe; else a slow blink stands for that.") { $0.light.light.isDimmable },
    ObjectField("shows", "What it tells of, the most urgent first.") { view in
      LEDState.allCases.filter { view.light.light.shows.contains($0) }
    },
    ObjectField("error", "Why it does not work, or null.", example: .null) { $0.light.light.problem },
  ]
}

/// A relay of the board.
package struct RelayView: WireObject {
  package enum State: String, WireChoice { case on, off, unknown }

  let relay: RelayStanding

  package static let name = "Relay"
  package static let fields: [ObjectField<RelayView>] = [
    ObjectField("name", "Its name.", example: "printer") { $0.relay.name },
    ObjectField("state", "`unknown` while its line cannot be used.") { view in
      view.relay.isOn.map { $0 ? State.on : .off } ?? .unknown
    },
    ObjectField("minimum_interval", "Seconds between two switchings.", example: 2) {
      Int($0.relay.minimumInterval.components.seconds)
    },
    ObjectField("error", "Why it does not work, or null.", example: .null) { $0.relay.problem },
  ]
}

/// A button of the board.
package struct ButtonView: WireObject {
  let button: BoardStanding.Button
  let isVirtual: Bool

  package static let name = "Button"
  package static let fields: [ObjectField<ButtonView>] = [
    ObjectField("name", "Its name.", example: "main") { $0.button.name },
    ObjectField("virtual", "It is pressed by the API only.") { $0.isVirtual },
    ObjectField("stuck", "It is down for longer than anybody presses it, and means nothing until it comes up.") {
      $0.button.isStuck
    },
    ObjectField("gestures", "How it can be pressed, and what that does.") { view in
      ButtonGesture.allCases.map { GestureView(gesture: $0, action: view.button.table.action(for: $0)) }
    },
    ObjectField("error", "Why it does not work, or null.", example: .null) { $0.button.problem },
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
    ObjectField(
      "result",
      "`done`; `nothing` where the gesture means nothing or nothing waited for it; `confirm` where a short press within "
        + "ten seconds does it; `refused` where it is not possible now."
    ) { $0.press.result },
    ObjectField("message", "Why it was refused, or null.", example: .null) { $0.press.message },
  ]
}

/// What was begun.
package struct BoardActView: WireObject {
  let isDone = true

  package static let name = "BoardAct"
  package static let fields: [ObjectField<BoardActView>] = [
    ObjectField("accepted", "The board does it.") { $0.isDone }
  ]
}

/// For how long the lights say which board this is.
package struct IdentifyView: WireObject {
  let seconds: Int

  package static let name = "Identify"
  package static let fields: [ObjectField<IdentifyView>] = [
    ObjectField("seconds", "The lights flicker so long.", example: 15) { $0.seconds }
  ]
}

/// The `board` message of the WebSocket (contract, section 6).
package struct BoardMessage: WireObject {
  let standing: BoardStanding

  package static let name = "BoardMessage"
  package static let fields: [ObjectField<BoardMessage>] = [
    ObjectField("leds", "The lights.") { $0.standing.lights.map { LightView(light: $0) } },
    ObjectField("relays", "The relays.") { $0.standing.relays.map { RelayView(relay: $0) } },
    ObjectField("buttons", "The buttons.") { message in
      message.standing.buttons.map { ButtonView(button: $0, isVirtual: message.standing.isVirtual) }
    },
    ObjectField("error", "The first thing that does not work, or null.", example: .null) { $0.standing.problem },
  ]
}
