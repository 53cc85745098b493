import Board
import Model
import Rules
package import Service
import Wire

/// `/board`: its lights, relays and buttons, how it stands, and what can be told to it (contract, section 5).
package struct BoardRoutes: Sendable {
  private let desk: BoardDesk
  private let clock: any WallClock

  package init(desk: BoardDesk, clock: any WallClock) {
    self.desk = desk
    self.clock = clock
  }

  private static func name(_ what: String, _ example: JSONValue) -> Parameter<String> {
    Parameter<String>(
      name: "name", place: .path, schema: .string(length: 1...20, format: nil, pattern: "^[a-z0-9_-]+$"),
      note: "The \(what)'s name, as the list gives it.", example: example
    ) { (text) throws(Fault) in text }
  }

  package var operations: [Operation] { reading + lights + machine }

  private var reading: [Operation] {
    [
      .get(
        "/board", id: "get_board", topic: .board, summary: "How the board stands",
        details: """
          What cannot be known of this board is null. A GPIO chip that is gone or a line that somebody else holds is told \
          in `error`, and tried again; the service goes on without it.
          """, access: .permission(.read)
      ) { _ in
        BoardView(
          standing: await desk.standing, figures: desk.figures, memory: desk.memory, time: clock.now,
          isClockSet: clock.isSet)
      },
      .list(
        "/board/leds", id: "list_leds", topic: .board, summary: "List the board's lights",
        details: "With the pattern that each shows, and what that tells.", access: .permission(.read)
      ) { _ in (await desk.standing).lights.map { LightView(light: $0) } },
      .list(
        "/board/relays", id: "list_relays", topic: .board, summary: "List the board's relays",
        details: "They are switched as smart plugs of type `gpio`.", access: .permission(.read)
      ) { _ in (await desk.standing).relays.map { RelayView(relay: $0) } },
      .list(
        "/board/buttons", id: "list_buttons", topic: .board, summary: "List the board's buttons",
        details: "With what each gesture does.", access: .permission(.read)
      ) { _ in (await desk.standing).buttons.map { ButtonView(button: $0, isVirtual: desk.isVirtual) } },
    ]
  }

  private var lights: [Operation] {
    let light = Self.name("light", "status")
    return [
      .change(
        .put, "/board/leds/{name}", id: "set_led", topic: .board, summary: "Give a light a pattern",
        details: "It stays until null gives the light back to the table, or the service starts again.",
        access: .permission(.control), rate: .control, parameters: [light.declared], takes: SetLight.self,
        errors: [.notFound, .boardError]
      ) { call, input in
        let name = try call.path(light)
        try await desk.setPattern(input.pattern, of: name)
        guard let light = (await desk.standing).lights.first(where: { $0.light.name == name }) else {
          throw Fault(.notFound, "The board has no light \(quoted(name)).")
        }
        return LightView(light: light)
      },
      .action(
        .post, "/board/identify", id: "identify_board", topic: .board,
        summary: "Let the lights say which board this is",
        access: .permission(.control), rate: .control
      ) { _ in IdentifyView(seconds: await desk.identify()) },
    ]
  }

  private var machine: [Operation] {
    let button = Self.name("button", "main")
    let cutting = """
      On the appliance only; elsewhere it is 409. Also 409, with the reason, while a relay of the board feeds a printer \
      that must not lose its power; `force` does it all the same, and is logged.
      """
    return [
      .change(
        .post, "/board/buttons/{name}", id: "press_button", topic: .board, summary: "Press a button",
        details: "On the virtual board only: what a button does can be tried without one.",
        access: .permission(.admin), rate: .write, parameters: [button.declared], takes: PressButton.self,
        errors: [.notFound, .conflict]
      ) { call, input in
        let name = try call.path(button)
        guard desk.isVirtual else {
          throw Fault(
            .conflict, "This board has buttons of its own. Press them there; the API presses virtual ones only.")
        }
        guard let press = await desk.press(name, input.gesture) else {
          throw Fault(.notFound, "There is no button \(quoted(name)).")
        }
        return ButtonPressView(name: name, gesture: input.gesture, press: press)
      },
      .change(
        .post, "/board/reboot", id: "reboot_board", topic: .board, summary: "Restart the board", details: cutting,
        access: .permission(.admin), rate: .write, mayTake: CutPower.self, errors: [.conflict, .boardError]
      ) { call, input in
        try await desk.reboot(force: input?.isForced ?? false, by: call.caller.label)
        return BoardActView()
      },
      .change(
        .post, "/board/shutdown", id: "shut_down_board", topic: .board, summary: "Shut the board down",
        details: cutting, access: .permission(.admin), rate: .write, mayTake: CutPower.self,
        errors: [.conflict, .boardError]
      ) { call, input in
        try await desk.shutDown(force: input?.isForced ?? false, by: call.caller.label)
        return BoardActView()
      },
    ]
  }
}
