import Model
import Rules
package import Service
import Store

/// The time-lapses (contract, section 5, "Camera").
package struct TimelapseRoutes: Sendable {
  private let keeper: TimelapseKeeper
  private let view: FleetView

  package init(keeper: TimelapseKeeper, view: FleetView) {
    self.keeper = keeper
    self.view = view
  }

  private static let number = Parameter<TimelapseID>.id(
    "id", "The time-lapse's number, as the printer's list gives it.", missing: .notFound, noun: "time-lapse"
  ) { TimelapseID(rawValue: $0) }

  package var operations: [Operation] {
    [
      .list(
        "/printers/{id}/timelapses", id: "list_timelapses", topic: .cameras, summary: "List a printer's time-lapses",
        details: "The newest first. With the setting `camera.timelapse` every print is filmed, a frame for a layer.",
        access: .permission(.read), parameters: [printerIDParameter.declared], errors: [.printerNotFound]
      ) { call in try await keeper.all(of: try call.printer(in: view).identity.id).map(TimelapseView.init) },
      Operation(
        .get, "/timelapses/{id}", id: "get_timelapse", topic: .cameras, summary: "Get a time-lapse",
        details: "Motion JPEG in an AVI file. One that is being recorded is given as far as it goes, and plays.",
        access: .permission(.read), rate: .read, parameters: [Self.number.declared], answer: .file,
        errors: [.notFound]
      ) { call in
        let record = try await record(call)
        return .file(
          FileAnswer(
            try keeper.open(record), name: Self.name(of: record),
            tag: "timelapse-\(record.id)-\(record.frames)-\(record.bytes)"))
      },
      .action(
        .delete, "/timelapses/{id}", id: "delete_timelapse", topic: .cameras, summary: "Delete a time-lapse",
        details: "Refused while it is being recorded.", access: .permission(.manage), rate: .write,
        parameters: [Self.number.declared], errors: [.notFound, .conflict]
      ) { call in
        let record = try await record(call)
        try await keeper.delete(record)
        return DeletedView(id: record.id.rawValue)
      },
    ]
  }

  /// Those of printers that the caller does not see do not exist; nor do those of printers that are gone, for a key that
  /// sees only some.
  private func record(_ call: Call) async throws -> TimelapseRecord {
    let id = try call.path(Self.number)
    guard let record = try await keeper.get(id),
      record.printerID.map(call.caller.sees) ?? (call.caller.printers == nil)
    else { throw Fault(.notFound, "There is no time-lapse \(id).") }
    return record
  }

  private static func name(of record: TimelapseRecord) -> String {
    let title = record.taskName ?? record.printerName
    let plain = title.unicodeScalars.map { scalar in
      scalar.value < 0x20 || "/\\:*?\"<>|".unicodeScalars.contains(scalar) ? "_" : Character(scalar)
    }
    return "\(String(plain.prefix(80))) \(record.begunAt.description.prefix(10)).avi"
  }
}
