import Model
import Rules
package import Service
import Store

/// `/smart-plugs` (contract, section 5, "Smart plugs").
package struct PlugRoutes: Sendable {
  private let desk: PlugDesk

  package init(desk: PlugDesk) { self.desk = desk }

  private static let id = Parameter<PlugID>.id(
    "id", "The plug's number, as the list gives it.", missing: .plugNotFound, noun: "smart plug"
  ) { PlugID(rawValue: $0) }

  package var operations: [Operation] { reading + changing + switching }

  private var reading: [Operation] {
    [
      .list(
        "/smart-plugs", id: "list_smart_plugs", topic: .plugs, summary: "List smart plugs", access: .permission(.read)
      ) { call in await desk.all().filter { sees(call, $0) }.map(PlugView.init) },
      .get(
        "/smart-plugs/{id}", id: "get_smart_plug", topic: .plugs, summary: "Get a smart plug",
        access: .permission(.read), parameters: [Self.id.declared], errors: [.plugNotFound]
      ) { call in PlugView(try await plug(call)) },
      .get(
        "/smart-plugs/{id}/status", id: "get_smart_plug_status", topic: .plugs, summary: "Ask a smart plug",
        details: "One that does not answer is `unknown` and not `reachable`.", access: .permission(.read),
        parameters: [Self.id.declared], errors: [.plugNotFound]
      ) { call in PlugStatusView(standing: try await desk.status(try await plug(call).id)) },
    ]
  }

  private var changing: [Operation] {
    [
      .create(
        "/smart-plugs", id: "add_smart_plug", topic: .plugs, summary: "Add a smart plug",
        details: "It is added whether or not it answers. A second plug that feeds the same printer is refused.",
        access: .permission(.admin), takes: AddPlug.self, errors: [.conflict]
      ) { _, input in
        let added = try await desk.add(input.plug)
        return (PlugView(added), added.id.rawValue)
      },
      change(.patch, id: "update_smart_plug"),
      change(.put, id: "replace_smart_plug_fields"),
      .action(
        .delete, "/smart-plugs/{id}", id: "delete_smart_plug", topic: .plugs, summary: "Delete a smart plug",
        details: "Refused while the printer that it feeds works or is hot.", access: .permission(.admin), rate: .write,
        parameters: [Self.id.declared], errors: [.plugNotFound, .conflict]
      ) { call in
        let id = try await plug(call).id
        try await desk.remove(id)
        return DeletedView(id: id.rawValue)
      },
    ]
  }

  private func change(_ verb: Verb, id: String) -> Operation {
    .change(
      verb, "/smart-plugs/{id}", id: id, topic: .plugs, summary: "Change a smart plug",
      details: """
        The fields that are sent change; the others stay as they are. Disabling it, or giving it to another printer, is \
        refused while the printer that it feeds works or is hot.
        """,
      access: .permission(.admin), rate: .write, parameters: [Self.id.declared], takes: ChangePlug.self,
      errors: [.plugNotFound, .conflict]
    ) { call, input in
      PlugView(
        try await desk.update(try await plug(call).id) { old in
          do throws(InvalidValue) { return try input.applied(to: old) } catch { throw Fault(error) }
        })
    }
  }

  private var switching: [Operation] {
    [
      .action(
        .post, "/smart-plugs/{id}/on", id: "turn_smart_plug_on", topic: .plugs, summary: "Turn a smart plug on",
        access: .permission(.control), rate: .control, parameters: [Self.id.declared],
        errors: [.plugNotFound, .conflict, .plugOffline, .boardError]
      ) { call in try await perform(.on, call, isForced: false) },
      cut(.off, "Turn a smart plug off"),
      cut(.toggle, "Turn a smart plug off or on"),
    ]
  }

  private func cut(_ command: PlugDesk.Command, _ summary: String) -> Operation {
    .change(
      .post, "/smart-plugs/{id}/\(command.rawValue)", id: command == .off ? "turn_smart_plug_off" : "toggle_smart_plug",
      topic: .plugs, summary: summary,
      details: """
        Refused while the printer that it feeds prepares, prints, is paused, dries filament or calibrates, while a nozzle is \
        above `plug.safe_temperature`, and while the printer is silent after any of these; `force` in the body overrides it.
        """,
      access: .permission(.control), rate: .control, parameters: [Self.id.declared], mayTake: ForcePlug.self,
      errors: [.plugNotFound, .conflict, .plugOffline, .boardError]
    ) { call, input in try await perform(command, call, isForced: input?.isForced ?? false) }
  }

  private func perform(_ command: PlugDesk.Command, _ call: Call, isForced: Bool) async throws -> PlugStatusView {
    PlugStatusView(
      standing: try await desk.perform(
        command, on: try await plug(call).id, isForced: isForced, sender: call.caller.label))
  }

  /// Those of printers that the caller does not see do not exist; what has no printer is shared.
  private func plug(_ call: Call) async throws -> PlugStanding {
    let id = try call.path(Self.id)
    let standing = try await desk.get(id)
    guard sees(call, standing) else { throw Fault(.plugNotFound, "There is no smart plug \(id).") }
    return standing
  }

  private func sees(_ call: Call, _ standing: PlugStanding) -> Bool {
    standing.record.plug.printerID.map(call.caller.sees) ?? true
  }
}
