package import Model

/// The row of a kind of maintenance.
package struct MaintenanceTypeID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: Int64

  package init(rawValue: Int64) { self.rawValue = rawValue }

  package var description: String { String(rawValue) }
}

/// Something that has to be done to a printer from time to time.
package struct MaintenanceType: Hashable, Sendable {
  package enum Unit: String, CaseIterable, Sendable {
    /// Of printing.
    case hours
    case days
  }

  package var id: MaintenanceTypeID
  package var name: String
  package var note: String
  package var interval: Int
  package var unit: Unit
  /// nil is every model, and printers of an unknown one.
  package var models: Set<PrinterModel>?
  package var isBuiltIn: Bool
  package var isEnabled: Bool
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: MaintenanceTypeID = MaintenanceTypeID(rawValue: 0), name: String, note: String, interval: Int, unit: Unit,
    models: Set<PrinterModel>?, isBuiltIn: Bool = false, isEnabled: Bool = true, createdAt: Timestamp,
    updatedAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.note = note
    self.interval = interval
    self.unit = unit
    self.models = models
    self.isBuiltIn = isBuiltIn
    self.isEnabled = isEnabled
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

/// Something that was done.
package struct MaintenanceEntry: Hashable, Sendable {
  package var id: Int64
  package var printerID: PrinterID
  package var typeID: MaintenanceTypeID
  package var typeName: String
  package var notes: String
  package var doneAt: Timestamp
  package var createdAt: Timestamp
}

/// What a printer has printed, and when something was done to it last.
package struct MaintenanceStanding: Hashable, Sendable {
  package var printerID: PrinterID
  package var typeID: MaintenanceTypeID
  package var doneAt: Timestamp
  /// Seconds that the printer had printed by then.
  package var printedThen: Int64
}
