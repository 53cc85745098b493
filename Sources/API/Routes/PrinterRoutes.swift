import Rules
import Model
package import Service

/// `/printers`: what there is, how it stands, and how it is reached (contract, section 5).
package struct PrinterRoutes: Sendable {
  private let fleet: Fleet
  private let view: FleetView

  package init(fleet: Fleet, view: FleetView) {
    self.fleet = fleet
    self.view = view
  }

  package var operations: [Operation] { reading + changing + linking }

  private var reading: [Operation] {
    [
      .list(
        "/printers", id: "list_printers", topic: .printers, summary: "List printers", access: .permission(.read)
      ) { call in view.all.filter { call.caller.sees($0.identity.id) }.map(PrinterView.init) },
      .get(
        "/printers/{id}", id: "get_printer", topic: .printers, summary: "Get a printer", access: .permission(.read),
        parameters: [printerIDParameter.declared], errors: [.printerNotFound]
      ) { call in PrinterView(try printer(call)) },
      .get(
        "/printers/{id}/status", id: "get_printer_status", topic: .printers, summary: "Get a printer's live status",
        details: "Everything that the printer reports. What it does not report is null.", access: .permission(.read),
        parameters: [printerIDParameter.declared], errors: [.printerNotFound]
      ) { call in StatusView(printer: try printer(call)) },
    ]
  }

  private var changing: [Operation] {
    [
      .create(
        "/printers", id: "add_printer", topic: .printers, summary: "Add a printer",
        details: "It is added whether or not it answers; its status then says how the connection stands.",
        access: .permission(.admin), takes: AddPrinter.self, errors: [.conflict]
      ) { _, input in
        let added = try await fleet.add(input.printer)
        return (PrinterView(added), added.identity.id.rawValue)
      },
      change(.patch, id: "update_printer"),
      change(.put, id: "replace_printer_fields"),
      .action(
        .delete, "/printers/{id}", id: "delete_printer", topic: .printers, summary: "Delete a printer",
        details: "Refused while it prints.", access: .permission(.admin), rate: .write,
        parameters: [printerIDParameter.declared], errors: [.printerNotFound, .printerBusy]
      ) { call in
        let id = try printer(call).identity.id
        try await fleet.remove(id)
        return DeletedView(id: id.rawValue)
      },
      .change(
        .post, "/printers/{id}/trust", id: "trust_printer", topic: .printers, summary: "Trust a printer's new key",
        details: "Accepts only the fingerprint that the printer offers just now (`trust.offered`).",
        access: .permission(.admin), rate: .write, parameters: [printerIDParameter.declared], takes: TrustKey.self,
        errors: [.printerNotFound, .conflict]
      ) { call, input in
        PrinterView(try await fleet.trust(try printer(call).identity.id, input.fingerprint))
      },
    ]
  }

  private func change(_ verb: Verb, id: String) -> Operation {
    .change(
      verb, "/printers/{id}", id: id, topic: .printers, summary: "Change a printer",
      details: "The fields that are sent change; the others stay as they are.", access: .permission(.admin),
      rate: .write, parameters: [printerIDParameter.declared], takes: ChangePrinter.self,
      errors: [.printerNotFound, .conflict]
    ) { call, input in
      PrinterView(try await fleet.update(try printer(call).identity.id, input.changes))
    }
  }

  private var linking: [Operation] {
    [
      .action(
        .post, "/printers/{id}/connect", id: "connect_printer", topic: .printers, summary: "Connect to a printer",
        details: "Follows the printer again, and tries at once.", access: .permission(.control), rate: .control,
        parameters: [printerIDParameter.declared], errors: [.printerNotFound]
      ) { call in PrinterView(try await fleet.connect(try printer(call).identity.id)) },
      .action(
        .post, "/printers/{id}/disconnect", id: "disconnect_printer", topic: .printers,
        summary: "Disconnect from a printer", details: "It stays disconnected, also over a restart, until connected.",
        access: .permission(.control), rate: .control, parameters: [printerIDParameter.declared],
        errors: [.printerNotFound]
      ) { call in PrinterView(try await fleet.disconnect(try printer(call).identity.id)) },
      .action(
        .post, "/printers/{id}/refresh-status", id: "refresh_printer_status", topic: .printers,
        summary: "Ask a printer for a full report",
        details: "P1 and A1 printers are asked at most once in five minutes; a request in between waits for that.",
        access: .permission(.control), rate: .control, parameters: [printerIDParameter.declared],
        errors: [.printerNotFound, .printerOffline], unusualStatuses: [.printerOffline: 400]
      ) { call in
        try await fleet.refresh(try printer(call).identity.id)
        return RefreshView()
      },
    ]
  }

  private func printer(_ call: Call) throws(Fault) -> PrinterSnapshot { try call.printer(in: view) }
}
