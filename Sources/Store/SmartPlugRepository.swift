package import Model

/// The smart plugs that are kept.
package struct SmartPlugRepository: Sendable {
  package enum Refusal: Error, Hashable, Sendable {
    case notFound
    case unknownPrinter
    /// Another plug feeds that printer.
    case secondFeed
    /// Another plug is the same switch.
    case sameSwitch
  }

  private let database: Database

  package init(_ database: Database) { self.database = database }

  /// All plugs by number.
  package func all() async throws -> [SmartPlugRecord] {
    try await database.read { try $0.rows("SELECT * FROM smart_plugs ORDER BY id", [], Self.record) }
  }

  /// - Throws: `Refusal`
  package func insert(_ plug: SmartPlug, now: Timestamp) async throws -> SmartPlugRecord {
    try await database.write { connection in
      try Self.refusing {
        try connection.execute(
          """
          INSERT INTO smart_plugs (name, type, printer_id, feeds_printer, is_enabled, address, relay, username, password,
            token, options, switch_mark, auto_on, auto_off, auto_off_delay_s, auto_off_temperature_c, last_state,
            created_ms, updated_ms)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'unknown', ?, ?)
          """, Self.values(plug) + [.moment(now), .moment(now)])
      }
      return try Self.existing(PlugID(rawValue: connection.lastInsertedRow), connection)
    }
  }

  /// What was known of another switch is forgotten.
  /// - Throws: `Refusal`
  package func update(_ id: PlugID, _ plug: SmartPlug, now: Timestamp) async throws -> SmartPlugRecord {
    try await database.write { connection in
      try Self.refusing {
        let count = try connection.execute(
          """
          UPDATE smart_plugs SET name = ?1, type = ?2, printer_id = ?3, feeds_printer = ?4, is_enabled = ?5, address = ?6,
            relay = ?7, username = ?8, password = ?9, token = ?10, options = ?11, auto_on = ?13, auto_off = ?14,
            auto_off_delay_s = ?15, auto_off_temperature_c = ?16,
            last_state = iif(switch_mark = ?12, last_state, 'unknown'),
            last_state_ms = iif(switch_mark = ?12, last_state_ms, NULL), switch_mark = ?12,
            work_ended_ms = iif(?14 AND printer_id IS ?3, work_ended_ms, NULL), updated_ms = ?17
          WHERE id = ?18
          """, Self.values(plug) + [.moment(now), .id(id)])
        guard count > 0 else { throw Refusal.notFound }
      }
      return try Self.existing(id, connection)
    }
  }

  /// Answers whether it was there.
  package func delete(_ id: PlugID) async throws -> Bool {
    try await database.write { try $0.execute("DELETE FROM smart_plugs WHERE id = ?", [.id(id)]) > 0 }
  }

  /// As it was switched or has shown itself.
  package func setState(_ id: PlugID, _ state: PlugState, at time: Timestamp) async throws {
    try await database.write(.relaxed) { connection in
      _ = try connection.execute(
        "UPDATE smart_plugs SET last_state = ?, last_state_ms = ? WHERE id = ?",
        [.text(state.rawValue), .moment(time), .id(id)])
    }
  }

  /// When the work ended after which it goes off; nil when it does not any more.
  package func setWorkEnded(_ id: PlugID, at time: Timestamp?) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        "UPDATE smart_plugs SET work_ended_ms = ? WHERE id = ?", [.moment(time), .id(id)])
    }
  }

  /// What its power has added up to, in kWh.
  package func setCounted(_ id: PlugID, _ kilowattHours: Double) async throws {
    try await database.write(.relaxed) { connection in
      _ = try connection.execute(
        "UPDATE smart_plugs SET counted_kwh = ? WHERE id = ?", [.real(kilowattHours), .id(id)])
    }
  }

  private static func refusing(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as SQLiteError where error.isForeignKeyViolation {
      throw Refusal.unknownPrinter
    } catch let error as SQLiteError where error.isUniqueViolation {
      throw error.message.contains("switch_mark") ? Refusal.sameSwitch : Refusal.secondFeed
    }
  }

  private static func values(_ plug: SmartPlug) -> [SQLValue] {
    [
      .text(plug.name), .text(plug.kind.rawValue), plug.printerID.map { .id($0) } ?? .null, .flag(plug.feedsPrinter),
      .flag(plug.isEnabled), .text(plug.address), .text(plug.relay), .text(plug.username?.exposed),
      .text(plug.password?.exposed), .text(plug.token?.exposed), .text(plug.options.stored), .text(plug.switchMark),
      .flag(plug.autoOn), .flag(plug.autoOff), .integer(plug.autoOffDelay), .integer(plug.autoOffTemperature),
    ]
  }

  private static func existing(_ id: PlugID, _ connection: Connection) throws -> SmartPlugRecord {
    guard let record = try connection.row("SELECT * FROM smart_plugs WHERE id = ?", [.id(id)], record) else {
      throw Refusal.notFound
    }
    return record
  }

  private static func record(_ row: borrowing Row) throws(SQLiteError) -> SmartPlugRecord {
    let kind = try row.value("type") { (text) throws(InvalidValue) in
      guard let kind = PlugKind(rawValue: text) else { throw InvalidValue("type", "must be known") }
      return kind
    }
    let plug = SmartPlug(
      name: try row.text("name"), kind: kind,
      printerID: try row.optionalInteger("printer_id").map(PrinterID.init(rawValue:)),
      feedsPrinter: try row.flag("feeds_printer"), isEnabled: try row.flag("is_enabled"),
      address: try row.optionalText("address"), relay: try row.optionalText("relay"),
      username: try row.optionalText("username").map(Secret.init),
      password: try row.optionalText("password").map(Secret.init),
      token: try row.optionalText("token").map(Secret.init), options: PlugOptions(stored: try row.text("options")),
      autoOn: try row.flag("auto_on"), autoOff: try row.flag("auto_off"),
      autoOffDelay: Int(try row.integer("auto_off_delay_s")),
      autoOffTemperature: Int(try row.integer("auto_off_temperature_c")))
    return SmartPlugRecord(
      id: PlugID(rawValue: try row.integer("id")), plug: plug,
      lastState: PlugState(rawValue: try row.text("last_state")) ?? .unknown,
      lastStateAt: try row.optionalMoment("last_state_ms"), workEndedAt: try row.optionalMoment("work_ended_ms"),
      counted: try row.real("counted_kwh"), createdAt: try row.moment("created_ms"),
      updatedAt: try row.moment("updated_ms"))
  }
}
