import Model
import Rules
package import Service
import Wire

/// `/board`: what there is of the board so far, its buttons (contract, section 5).
package struct BoardRoutes: Sendable {
  private let buttons: any ButtonPanel

  package init(buttons: any ButtonPanel) { self.buttons = buttons }

  private static let name = Parameter<String>(
    name: "name", place: .path, schema: .string, note: "The button's name, as the list gives it.",
    example: "main"
  ) { (text) throws(Fault) in text }

  package var operations: [Operation] {
    [
      .list(
        "/board/buttons", id: "list_buttons", topic: .board, summary: "List the board's buttons",
        details: "With what each gesture does.", access: .permission(.read)
      ) { _ in buttons.names.map { ButtonView(name: $0, table: buttons.table) } },
      .change(
        .post, "/board/buttons/{name}", id: "press_button", topic: .board, summary: "Press a button",
        details: "On the virtual board only: what a button does can be tried without one.",
        access: .permission(.admin), rate: .write, parameters: [Self.name.declared], takes: PressButton.self,
        errors: [.notFound]
      ) { call, input in
        let name = try call.path(Self.name)
        guard let press = await buttons.press(name, input.gesture) else {
          throw Fault(.notFound, "There is no button \(quoted(name)).")
        }
        return ButtonPressView(name: name, gesture: input.gesture, press: press)
      },
    ]
  }
}
