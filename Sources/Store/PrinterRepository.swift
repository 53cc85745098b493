package import Model

/// The printers that are kept.
package struct PrinterRepository: Sendable {
  /// Why a printer is not kept so.
  package enum Refusal: Error, Hashable, Sendable {
    /// Another printer has this serial number: two sessions to one machine push each other out for ever.
    case duplicateSerial
    case notFound
  }

  /// What was last seen of a printer.
  package struct LastState: Hashable, Sendable {
    package var id: PrinterID
    package var state: PrinterState
    package var at: Timestamp
    package var toldFaults: Set<String>

    package init(id: PrinterID, state: PrinterState, at: Timestamp, toldFaults: Set<String> = []) {
      self.id = id
      self.state = state
      self.at = at
      self.toldFaults = toldFaults
    }
  }

  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// All printers by number.
  package func all() async throws -> [PrinterRecord] {
    try await database.read { try $0.rows("SELECT * FROM printers ORDER BY id", [], Self.record) }
  }

  package func get(_ id: PrinterID) async throws -> PrinterRecord? {
    try await database.read { try Self.find(id, $0) }
  }

  /// - Throws: `Refusal.duplicateSerial`
  package func insert(_ printer: NewPrinter, now: Timestamp) async throws -> PrinterRecord {
    try await database.write { connection in
      do {
        try connection.execute(
          """
          INSERT INTO printers (name, host, serial, access_code, model, mqtt_port, ftps_port, camera_port, camera_url,
            is_enabled, pin_sha256_hex, trust_state, is_plate_cleared, created_ms, updated_ms)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
          """,
          [
            .text(printer.name), .text(printer.host.text), .text(printer.serial.text),
            .text(printer.accessCode.secret.exposed), .text(printer.model?.rawValue),
            Self.port(printer.mqttPort), Self.port(printer.ftpsPort), Self.port(printer.cameraPort),
            .text(printer.externalCamera?.text.exposed), .flag(printer.isEnabled), .text(printer.pin?.hex),
            .text((printer.pin == nil ? Trust.State.none : .pinned).rawValue), .moment(now), .moment(now),
          ])
      } catch let error as SQLiteError where error.isUniqueViolation {
        throw Refusal.duplicateSerial
      }
      return try Self.existing(PrinterID(rawValue: connection.lastInsertedRow), connection)
    }
  }

  /// - Throws: `Refusal.duplicateSerial`, `Refusal.notFound`
  package func update(_ id: PrinterID, _ changes: PrinterChanges, now: Timestamp) async throws -> PrinterRecord {
    try await database.write { connection in
      let new = changes.applied(to: try Self.existing(id, connection))
      do {
        try connection.execute(
          """
          UPDATE printers SET name = ?, host = ?, serial = ?, access_code = ?, model = ?, mqtt_port = ?, ftps_port = ?,
            camera_port = ?, camera_url = ?, is_enabled = ?, pin_sha256_hex = ?, trust_state = ?, updated_ms = ? WHERE id = ?
          """,
          [
            .text(new.name), .text(new.host.text), .text(new.serial.text), .text(new.accessCode.secret.exposed),
            .text(new.model?.rawValue), Self.port(new.mqttPort), Self.port(new.ftpsPort), Self.port(new.cameraPort),
            .text(new.externalCamera?.text.exposed), .flag(new.isEnabled), .text(new.pin?.hex),
            .text(new.trustState.rawValue), .moment(now), .id(id),
          ])
      } catch let error as SQLiteError where error.isUniqueViolation {
        throw Refusal.duplicateSerial
      }
      return try Self.existing(id, connection)
    }
  }

  /// Another address for a printer that still is what it was; nil when it is not, and nothing is changed then.
  package func move(
    _ id: PrinterID, serial: SerialNumber, from old: HostName, to new: HostName, now: Timestamp
  ) async throws -> PrinterRecord? {
    try await database.write { connection in
      let count = try connection.execute(
        "UPDATE printers SET host = ?, updated_ms = ? WHERE id = ? AND serial = ? AND host = ? AND is_enabled = 1",
        [.text(new.text), .moment(now), .id(id), .text(serial.text), .text(old.text)])
      return count > 0 ? try Self.find(id, connection) : nil
    }
  }

  /// Deletes it with what is followed of its print; keys lose it. Answers whether it was there.
  package func delete(_ id: PrinterID, now: Timestamp) async throws -> Bool {
    try await database.write { connection in
      // Nobody will see the end of a print that is still being followed there.
      try connection.execute(
        """
        UPDATE archives SET status = 'failed', error = 'outcome unknown', updated_ms = followed_ms, ended_ms = followed_ms
        FROM (SELECT archive_id, tracked_prints.updated_ms AS followed_ms FROM tracked_prints WHERE printer_id = ?)
        WHERE id = archive_id
        """, [.id(id)])
      try QueueRepository.leave(id, now: now, connection)
      return try connection.execute("DELETE FROM printers WHERE id = ?", [.id(id)]) > 0
    }
  }

  /// What the certificate check found; a `nil` pin forgets the key.
  package func setTrust(_ id: PrinterID, pin: Fingerprint?, state: Trust.State, now: Timestamp) async throws {
    try await change {
      try $0.execute(
        "UPDATE printers SET pin_sha256_hex = ?, trust_state = ?, updated_ms = ? WHERE id = ?",
        [.text(pin?.hex), .text(state.rawValue), .moment(now), .id(id)])
    }
  }

  package func setPlate(_ id: PrinterID, _ plate: PlateRecord, now: Timestamp) async throws {
    try await change {
      try $0.execute(
        "UPDATE printers SET is_plate_cleared = ?, is_plate_known = ?, plate_job = ?, updated_ms = ? WHERE id = ?",
        [.flag(plate.isCleared), .flag(plate.isKnown), .text(plate.job), .moment(now), .id(id)])
    }
  }

  /// Telemetry: all printers in one transaction that waits for no sync. For every 10 minutes and the stop
  /// (contract, section 8). Printers that are gone are passed over; `updatedAt` stays, since nobody changed anything.
  package func setLastStates(_ states: [LastState]) async throws {
    guard !states.isEmpty else { return }
    try await database.write(.relaxed) { connection in
      for state in states {
        try connection.execute(
          "UPDATE printers SET last_state = ?, last_update_ms = ?, told_faults = ? WHERE id = ?",
          [
            .text(state.state.rawValue), .moment(state.at),
            .text(state.toldFaults.isEmpty ? nil : state.toldFaults.sorted().joined(separator: " ")), .id(state.id),
          ])
      }
    }
  }

  private func change(_ body: @escaping @Sendable (Connection) throws -> Int) async throws {
    try await database.write { connection in
      guard try body(connection) > 0 else { throw Refusal.notFound }
    }
  }

  private static func port(_ port: PortNumber?) -> SQLValue { .integer(port.map { Int($0.number) }) }

  private static func find(_ id: PrinterID, _ connection: Connection) throws(SQLiteError) -> PrinterRecord? {
    try connection.row("SELECT * FROM printers WHERE id = ?", [.id(id)], record)
  }

  private static func existing(_ id: PrinterID, _ connection: Connection) throws -> PrinterRecord {
    guard let record = try find(id, connection) else { throw Refusal.notFound }
    return record
  }

  private static func record(_ row: borrowing Row) throws(SQLiteError) -> PrinterRecord {
    PrinterRecord(
      id: PrinterID(rawValue: try row.integer("id")), name: try row.text("name"),
      host: try row.value("host") { (text) throws(InvalidValue) in try HostName(text) },
      serial: try row.value("serial") { (text) throws(InvalidValue) in try SerialNumber(text) },
      accessCode: try row.value("access_code") { (text) throws(InvalidValue) in try AccessCode(text) },
      model: try row.optionalText("model").flatMap(PrinterModel.init(rawValue:)),
      mqttPort: try row.port("mqtt_port"), ftpsPort: try row.port("ftps_port"),
      cameraPort: try row.optionalPort("camera_port"),
      externalCamera: try row.optionalValue("camera_url") { (text) throws(InvalidValue) in
        try ExternalCameraAddress(text)
      },
      isEnabled: try row.flag("is_enabled"),
      pin: try row.optionalValue("pin_sha256_hex") { (text) throws(InvalidValue) in try Fingerprint(text) },
      trustState: Trust.State(rawValue: try row.text("trust_state")) ?? .none,
      plate: PlateRecord(
        isCleared: try row.flag("is_plate_cleared"), isKnown: try row.flag("is_plate_known"),
        job: try row.optionalText("plate_job")),
      lastState: try row.optionalText("last_state").flatMap(PrinterState.init(rawValue:)),
      lastUpdate: try row.optionalMoment("last_update_ms"),
      toldFaults: Set(try row.optionalText("told_faults")?.split(separator: " ").map(String.init) ?? []),
      createdAt: try row.moment("created_ms"), updatedAt: try row.moment("updated_ms"))
  }
}
