import CSQLite

/// A prepared statement. It is used by its `Connection` only, so that no pointer into it leaves that.
final class Statement {
  private let connection: OpaquePointer
  private let handle: OpaquePointer
  private let hook: CallHook?
  /// The columns by name, read once: SQLite compiles a statement again by itself when the schema changes, and the
  /// schema changes only while nobody else has the database open.
  private let columns: [String: Int32]
  /// The columns in the order in which the rows before were asked for them: the same code reads all rows of a statement,
  /// so the next column is nearly always known without a look into the dictionary.
  private var asked: [(name: String, column: Int32)] = []
  private var place = 0
  /// Columns whose order is kept; more are looked up.
  private static let askedLimit = 128

  init(connection: OpaquePointer, sql: UnsafePointer<CChar>, persistent: Bool, hook: CallHook?) throws(SQLiteError) {
    if let code = hook?(.prepare) { throw SQLiteError(extendedCode: code) }
    var prepared: OpaquePointer?
    let flags = persistent ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
    let result = sqlite3_prepare_v3(connection, sql, -1, flags, &prepared, nil)
    guard result == SQLITE_OK else { throw SQLiteError(connection: connection, code: result) }
    guard let prepared else { throw SQLiteError(extendedCode: SQLITE_MISUSE, message: "an empty statement") }
    self.connection = connection
    handle = prepared
    self.hook = hook
    var columns: [String: Int32] = [:]
    for index in 0..<sqlite3_column_count(prepared) {
      if let name = sqlite3_column_name(prepared, index) { columns[String(cString: name)] = index }
    }
    self.columns = columns
  }

  deinit { sqlite3_finalize(handle) }

  func bind(_ values: [SQLValue]) throws(SQLiteError) {
    guard sqlite3_bind_parameter_count(handle) == values.count else {
      throw SQLiteError(extendedCode: SQLITE_RANGE, message: "a statement got the wrong number of values")
    }
    for (offset, value) in values.enumerated() {
      let index = Int32(offset + 1)
      let result: Int32
      switch value {
      case .null: result = sqlite3_bind_null(handle, index)
      case .integer(let number): result = sqlite3_bind_int64(handle, index, number)
      case .real(let number): result = sqlite3_bind_double(handle, index, number)
      case .text(var text):
        result = text.withUTF8 { bytes in
          bytes.withMemoryRebound(to: CChar.self) { characters in
            // An empty buffer may have no address, and SQLite takes none for NULL.
            characters.baseAddress.map {
              layerberry_sqlite_bind_text(handle, index, $0, Int32(clamping: characters.count))
            } ?? layerberry_sqlite_bind_text(handle, index, "", 0)
          }
        }
      case .blob(let bytes):
        result = bytes.withUnsafeBytes { storage in
          storage.isEmpty
            ? sqlite3_bind_zeroblob(handle, index, 0)
            : layerberry_sqlite_bind_blob(handle, index, storage.baseAddress, Int32(clamping: storage.count))
        }
      }
      guard result == SQLITE_OK else { throw SQLiteError(connection: connection, code: result) }
    }
  }

  /// Whether there is a row.
  func step() throws(SQLiteError) -> Bool {
    place = 0
    if let code = hook?(.step) { throw SQLiteError(extendedCode: code) }
    let result = sqlite3_step(handle)
    switch result {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw SQLiteError(connection: connection, code: result)
    }
  }

  /// Ready for the next use; what was bound is forgotten, since it may be a secret.
  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  /// nil where the rows have none of that name.
  func column(_ name: String) -> Int32? {
    if place < asked.count, asked[place].name == name {
      place += 1
      return asked[place - 1].column
    }
    guard let column = columns[name] else { return nil }
    guard place < Self.askedLimit else { return column }
    asked.removeLast(asked.count - place)
    asked.append((name, column))
    place += 1
    return column
  }

  func type(_ column: Int32) -> Int32 { sqlite3_column_type(handle, column) }
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
  func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

  func bytes(_ column: Int32) -> [UInt8] {
    guard let start = sqlite3_column_blob(handle, column) else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
  }

  func text(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(handle, column) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }
}
