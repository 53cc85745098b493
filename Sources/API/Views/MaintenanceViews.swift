import Model
import Service
import Store
import Wire

/// A kind of maintenance.
struct MaintenanceTypeView: WireObject {
  let type: MaintenanceType

  static let name = "MaintenanceType"
  static let fields: [ObjectField<MaintenanceTypeView>] = [
    ObjectField("id", "The type's number.", example: 1) { $0.type.id.rawValue },
    ObjectField("name", "What is done.", example: "Clean the build plate") { $0.type.name },
    ObjectField("description", "How it is done.", example: "Wash it with dish soap and warm water.") { $0.type.note },
    ObjectField("interval", "After so many it is due.", example: 50) { $0.type.interval },
    ObjectField("unit", "`hours` of printing, or `days`.", schema: .choice(["hours", "days"]), example: "hours") {
      $0.type.unit.rawValue
    },
    ObjectField("models", "The models that need it, by their short names; null is all.", example: ["X1C", "P1S"]) {
      $0.type.models.map { models in models.map(\.rawValue).sorted() }
    },
    ObjectField("builtin", "It came with the service, and can only be disabled.") { $0.type.isBuiltIn },
    ObjectField("enabled", "It is watched.") { $0.type.isEnabled },
    ObjectField("created_at", "When it was made; null for what came with the service.") {
      Self.known($0.type.createdAt)
    },
    ObjectField("updated_at", "When it was changed last; null where it is as it came with the service.") {
      Self.known($0.type.updatedAt)
    },
  ]

  /// What came with the service is of no moment.
  private static func known(_ moment: Timestamp) -> Timestamp? { moment.milliseconds == 0 ? nil : moment }
}

/// How something stands that has to be done to a printer.
struct MaintenanceStatusView: WireObject {
  let row: MaintenanceRow

  static let name = "MaintenanceStatus"
  static let fields: [ObjectField<MaintenanceStatusView>] = [
    ObjectField("printer_id", "The printer.", example: 1) { $0.row.printer.rawValue },
    ObjectField("printer_name", "What you call it.", example: "Workshop X1C") { $0.row.printerName },
    ObjectField("type_id", "What has to be done.", example: 1) { $0.row.type.id.rawValue },
    ObjectField("name", "Its name.", example: "Clean the build plate") { $0.row.type.name },
    ObjectField("unit", "`hours` of printing, or `days`.", schema: .choice(["hours", "days"]), example: "hours") {
      $0.row.type.unit.rawValue
    },
    ObjectField("interval", "After so many it is due.", example: 50) { $0.row.type.interval },
    ObjectField("since_last", "So many since it was done, or since the printer was added.", example: 12.5) {
      Self.rounded($0.row.since)
    },
    ObjectField("remaining", "So many until it is due; below zero when it is overdue.", example: 37.5) {
      Self.rounded($0.row.remaining)
    },
    ObjectField("due", "It has to be done now.") { $0.row.isDue },
    ObjectField("last_done_at", "When it was done last, or null.") { $0.row.doneAt },
  ]

  private static func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}

/// Something that was done.
struct MaintenanceEntryView: WireObject {
  let entry: MaintenanceEntry

  static let name = "MaintenanceEntry"
  static let fields: [ObjectField<MaintenanceEntryView>] = [
    ObjectField("id", "The entry's number.", example: 1) { $0.entry.id },
    ObjectField("printer_id", "The printer.", example: 1) { $0.entry.printerID.rawValue },
    ObjectField("type_id", "What was done.", example: 1) { $0.entry.typeID.rawValue },
    ObjectField("name", "Its name.", example: "Clean the build plate") { $0.entry.typeName },
    ObjectField("notes", "What is worth knowing later.", example: "Rods were dirty.") { $0.entry.notes },
    ObjectField("done_at", "When it was done.") { $0.entry.doneAt },
    ObjectField("created_at", "When it was written down.") { $0.entry.createdAt },
    ObjectField("updated_at", "The same: an entry never changes.") { $0.entry.createdAt },
  ]
}
