import CSQLite
package import Model

/// One row of a result, lent to a closure: it cannot be copied, so it cannot outlive its statement.
///
/// A column that is missing, of another type, or NULL where no NULL can be, is thrown as `SQLITE_MISMATCH`: the database
/// is not what the schema says.
package struct Row: ~Copyable {
  private let statement: Statement

  init(_ statement: Statement) { self.statement = statement }

  package func integer(_ name: String) throws(SQLiteError) -> Int64 {
    guard let value = try optionalInteger(name) else { throw mismatch(name) }
    return value
  }

  package func optionalInteger(_ name: String) throws(SQLiteError) -> Int64? {
    guard let column = try column(name, SQLITE_INTEGER) else { return nil }
    return statement.integer(column)
  }

  package func real(_ name: String) throws(SQLiteError) -> Double {
    guard let value = try optionalReal(name) else { throw mismatch(name) }
    return value
  }

  package func optionalReal(_ name: String) throws(SQLiteError) -> Double? {
    guard let column = try column(name, SQLITE_FLOAT) else { return nil }
    return statement.real(column)
  }

  package func text(_ name: String) throws(SQLiteError) -> String {
    guard let value = try optionalText(name) else { throw mismatch(name) }
    return value
  }

  package func optionalText(_ name: String) throws(SQLiteError) -> String? {
    guard let column = try column(name, SQLITE3_TEXT) else { return nil }
    return statement.text(column)
  }

  package func blob(_ name: String) throws(SQLiteError) -> [UInt8] {
    guard let value = try optionalBlob(name) else { throw mismatch(name) }
    return value
  }

  package func optionalBlob(_ name: String) throws(SQLiteError) -> [UInt8]? {
    guard let column = try column(name, SQLITE_BLOB) else { return nil }
    return statement.bytes(column)
  }

  /// By their places, for walks over many rows.
  func optionalInteger(at place: Int32) throws(SQLiteError) -> Int64? {
    guard let column = try column(at: place, SQLITE_INTEGER) else { return nil }
    return statement.integer(column)
  }

  func optionalReal(at place: Int32) throws(SQLiteError) -> Double? {
    guard let column = try column(at: place, SQLITE_FLOAT) else { return nil }
    return statement.real(column)
  }

  func optionalText(at place: Int32) throws(SQLiteError) -> String? {
    guard let column = try column(at: place, SQLITE3_TEXT) else { return nil }
    return statement.text(column)
  }

  package func flag(_ name: String) throws(SQLiteError) -> Bool { try integer(name) != 0 }

  package func moment(_ name: String) throws(SQLiteError) -> Timestamp {
    Timestamp(milliseconds: try integer(name))
  }

  package func optionalMoment(_ name: String) throws(SQLiteError) -> Timestamp? {
    try optionalInteger(name).map { Timestamp(milliseconds: $0) }
  }

  /// A value that checks itself, from a text. What does not fit is damage here, not bad input.
  package func value<Value>(
    _ name: String, _ make: (String) throws(InvalidValue) -> Value
  ) throws(SQLiteError) -> Value {
    do { return try make(try text(name)) } catch { throw mismatch(name) }
  }

  package func optionalValue<Value>(
    _ name: String, _ make: (String) throws(InvalidValue) -> Value
  ) throws(SQLiteError) -> Value? {
    guard let text = try optionalText(name) else { return nil }
    do { return try make(text) } catch { throw mismatch(name) }
  }

  package func port(_ name: String) throws(SQLiteError) -> PortNumber {
    guard let port = try optionalPort(name) else { throw mismatch(name) }
    return port
  }

  package func optionalPort(_ name: String) throws(SQLiteError) -> PortNumber? {
    guard let number = try optionalInteger(name) else { return nil }
    do { return try PortNumber(Int(number), field: name) } catch { throw mismatch(name) }
  }

  /// nil is NULL.
  private func column(_ name: String, _ type: Int32) throws(SQLiteError) -> Int32? {
    guard let column = statement.column(name) else { throw mismatch(name) }
    let found = statement.type(column)
    if found == SQLITE_NULL { return nil }
    guard found == type else { throw mismatch(name) }
    return column
  }

  private func column(at place: Int32, _ type: Int32) throws(SQLiteError) -> Int32? {
    let found = statement.type(place)
    if found == SQLITE_NULL { return nil }
    guard found == type else { throw mismatch("\(place)") }
    return place
  }

  private func mismatch(_ name: String) -> SQLiteError {
    SQLiteError(extendedCode: SQLITE_MISMATCH, message: "the column \(name) holds a value that cannot be")
  }
}
