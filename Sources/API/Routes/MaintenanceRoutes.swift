import Model
import Rules
package import Service
import Store

/// `/maintenance` (contract, section 5, "Settings, filaments, maintenance").
package struct MaintenanceRoutes: Sendable {
  private let keeper: MaintenanceKeeper
  private let view: FleetView
  private let clock: any WallClock

  package init(keeper: MaintenanceKeeper, view: FleetView, clock: any WallClock) {
    self.keeper = keeper
    self.view = view
    self.clock = clock
  }

  private static let id = Parameter<MaintenanceTypeID>.id(
    "id", "The type's number.", missing: .notFound, noun: "maintenance type"
  ) { MaintenanceTypeID(rawValue: $0) }
  private static let printer = Parameter<Int>.integer("printer_id", 1...Int64.max, "Only of this printer.")
  private static let due = Parameter<Bool>.flag("due", "Only what is due, or only what is not.")

  package var operations: [Operation] {
    [
      .list(
        "/maintenance/types", id: "list_maintenance_types", topic: .maintenance, summary: "List kinds of maintenance",
        access: .permission(.read)
      ) { _ in try await keeper.types().map(MaintenanceTypeView.init) },
      .get(
        "/maintenance/types/{id}", id: "get_maintenance_type", topic: .maintenance,
        summary: "Get a kind of maintenance",
        access: .permission(.read), parameters: [Self.id.declared], errors: [.notFound]
      ) { call in MaintenanceTypeView(type: try await keeper.type(try call.path(Self.id))) },
      .create(
        "/maintenance/types", id: "create_maintenance_type", topic: .maintenance, summary: "Add a kind of maintenance",
        access: .permission(.manage), takes: AddMaintenanceType.self, errors: [.conflict]
      ) { _, input in
        let made = try await keeper.add(
          MaintenanceType(
            name: input.typeName, note: input.note, interval: input.interval, unit: input.unit, models: input.models,
            isEnabled: input.isEnabled, createdAt: clock.now, updatedAt: clock.now))
        return (MaintenanceTypeView(type: made), made.id.rawValue)
      },
      change(.patch, id: "update_maintenance_type"), change(.put, id: "replace_maintenance_type_fields"),
      .action(
        .delete, "/maintenance/types/{id}", id: "delete_maintenance_type", topic: .maintenance,
        summary: "Delete a kind of maintenance", details: "With its log. Built-in ones can only be disabled.",
        access: .permission(.manage), rate: .write, parameters: [Self.id.declared], errors: [.notFound, .conflict]
      ) { call in
        let id = try call.path(Self.id)
        try await keeper.delete(id)
        return DeletedView(id: id.rawValue)
      },
      .list(
        "/maintenance/status", id: "list_maintenance_status", topic: .maintenance, summary: "See what has to be done",
        details: "A row for each printer and each kind of maintenance that its model needs.",
        access: .permission(.read), parameters: [Self.printer.declared, Self.due.declared]
      ) { call in
        let printer = try call.query(Self.printer)
        let due = try call.query(Self.due)
        return try await keeper.rows().filter { row in
          call.caller.sees(row.printer) && printer.map { row.printer.rawValue == Int64($0) } ?? true
            && due.map { row.isDue == $0 } ?? true
        }.map(MaintenanceStatusView.init)
      },
      log,
      Operation(
        .get, "/maintenance/log", id: "list_maintenance_log", topic: .maintenance, summary: "See what was done",
        details: "The newest first; 50 where nothing else is asked for.", access: .permission(.read), rate: .read,
        parameters: [Self.printer.declared] + Page.parameters, answer: .list(of: MaintenanceEntryView.self)
      ) { call in
        let page = try call.page(defaultLimit: 50)
        let printer = try call.query(Self.printer)
        let all = try await keeper.entries().filter { entry in
          call.caller.sees(entry.printerID) && printer.map { entry.printerID.rawValue == Int64($0) } ?? true
        }
        let part = all.dropFirst(page.offset).prefix(page.limit).map(MaintenanceEntryView.init)
        return .list(part, page: page, total: all.count)
      },
    ]
  }

  private func change(_ verb: Verb, id: String) -> Operation {
    .change(
      verb, "/maintenance/types/{id}", id: id, topic: .maintenance, summary: "Change a kind of maintenance",
      details: "The fields that are sent change. Of a built-in one only `enabled` can.", access: .permission(.manage),
      rate: .write, parameters: [Self.id.declared], takes: ChangeMaintenanceType.self, errors: [.notFound, .conflict]
    ) { call, input in
      let (type, isSwitchOnly) = input.applied(to: try await keeper.type(try call.path(Self.id)), now: clock.now)
      return MaintenanceTypeView(type: try await keeper.change(type, isSwitchOnly: isSwitchOnly))
    }
  }

  private var log: Operation {
    Operation(
      .post, "/maintenance/log", id: "log_maintenance", topic: .maintenance, summary: "Write down what was done",
      details: "From `done_at` on, hours and days count anew.", access: .permission(.manage), rate: .write,
      body: BodyDeclaration(LogMaintenance.self), answer: .value(MaintenanceEntryView.self, status: 201),
      errors: [.printerNotFound, .notFound]
    ) { call in
      let input = try await call.body(as: LogMaintenance.self)
      guard call.caller.sees(input.printer), view[input.printer] != nil else {
        throw Fault(.printerNotFound, "There is no printer \(input.printer).")
      }
      _ = try await keeper.type(input.type)
      let entry = try await keeper.log(input.printer, input.type, notes: input.notes, doneAt: input.doneAt)
      return .value(MaintenanceEntryView(entry: entry), status: 201, location: "\(apiBase)/maintenance/log")
    }
  }
}
