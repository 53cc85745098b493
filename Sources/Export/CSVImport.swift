import Model

/// Reads an export of ours: its first line names columns of the table, each once and in any order, and the cells below
/// are what these columns hold.
package struct CSVImport: Sendable {
  package struct Row: Hashable, Sendable {
    /// 1-based, of the file.
    package var line: Int
    /// By the column's name; `none` where the cell is empty.
    package var values: [String: ExportValue]

    package subscript(_ name: String) -> ExportValue { values[name] ?? .none }
  }

  private let table: ExportTable
  private let required: Set<String>
  private var reader: CSVReader
  private var columns: [ExportTable.Column] = []

  /// - Parameter required: columns without which it is no export of ours.
  package init(_ table: ExportTable, required: Set<String>, limits: CSVReader.Limits = CSVReader.Limits()) {
    self.table = table
    self.required = required
    reader = CSVReader(limits: limits)
  }

  /// - Returns: the rows that are complete with these bytes.
  package mutating func feed(_ bytes: some Sequence<UInt8>) throws(ImportError) -> [Row] {
    try rows(try reader.feed(bytes))
  }

  /// After the last bytes.
  package mutating func finish() throws(ImportError) -> [Row] {
    let last = try rows(try reader.finish())
    if columns.isEmpty { throw ImportError(1, "must name the columns") }
    return last
  }

  private mutating func rows(_ records: [CSVReader.Record]) throws(ImportError) -> [Row] {
    var rows: [Row] = []
    for record in records {
      if columns.isEmpty {
        columns = try heading(record)
      } else {
        rows.append(try row(record))
      }
    }
    return rows
  }

  private func heading(_ record: CSVReader.Record) throws(ImportError) -> [ExportTable.Column] {
    var found: [ExportTable.Column] = []
    for field in record.fields {
      let name = CSV.unguarded(field)
      guard let column = table.columns.first(where: { $0.name == name }) else {
        throw ImportError(record.line, "names a column that no export has: \(name.prefix(64))")
      }
      guard !found.contains(column) else { throw ImportError(record.line, "names the column \(name) twice") }
      found.append(column)
    }
    let missing = required.subtracting(found.map(\.name)).sorted()
    guard missing.isEmpty else {
      throw ImportError(record.line, "must name the column \(missing[0])")
    }
    return found
  }

  private func row(_ record: CSVReader.Record) throws(ImportError) -> Row {
    guard record.fields.count == columns.count else {
      throw ImportError(record.line, "has \(record.fields.count) fields instead of \(columns.count)")
    }
    var values: [String: ExportValue] = [:]
    for (column, field) in zip(columns, record.fields) where !field.isEmpty {
      guard let value = Self.value(field, column.kind) else {
        throw ImportError(record.line, "has no \(column.kind.sentence) under \(column.name)")
      }
      values[column.name] = value
    }
    return Row(line: record.line, values: values)
  }

  private static func value(_ field: String, _ kind: ExportTable.Column.Kind) -> ExportValue? {
    switch kind {
    case .text: .text(CSV.unguarded(field))
    case .integer: field.utf8.count <= 20 ? Int(field).map(ExportValue.integer) : nil
    case .decimal: number(field).map(ExportValue.decimal)
    case .date: Timestamp(iso8601: field).map(ExportValue.date)
    case .duration: field.utf8.count <= 12 ? Int(field).flatMap { $0 >= 0 ? .duration($0) : nil } : nil
    }
  }

  /// Digits, a sign and a point, and nothing else that Swift takes for a number.
  private static func number(_ field: String) -> Double? {
    guard field.utf8.count <= 40, field.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D })
    else { return nil }
    return Double(field)
  }
}

extension ExportTable.Column.Kind {
  fileprivate var sentence: String {
    switch self {
    case .text: "text"
    case .integer: "whole number"
    case .decimal: "number"
    case .date: "time with its zone, like 2024-01-15T14:30:00Z,"
    case .duration: "number of seconds"
    }
  }
}
