package import Model

/// What a table of an export looks like: its columns, the same in csv and xlsx.
package struct ExportTable: Hashable, Sendable {
  package struct Column: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case text
      case integer
      case decimal
      /// A moment in UTC: ISO 8601 in csv, a date in xlsx.
      case date
      /// Seconds: as such in csv, hours, minutes and seconds in xlsx.
      case duration
    }

    /// The heading, by which an import knows the column.
    package var name: String
    package var kind: Kind
    /// Characters that fit into a cell of the workbook.
    package var width: Int

    package init(_ name: String, _ kind: Kind, width: Int? = nil) {
      self.name = name
      self.kind = kind
      self.width = width ?? (kind == .text ? 28 : kind == .date ? 20 : 12)
    }
  }

  /// Of the workbook's sheet: at most 31 characters, none of `[]:*?/\`.
  package var name: String
  package var columns: [Column]

  package init(name: String, columns: [Column]) {
    self.name = name
    self.columns = columns
  }
}

/// What stands in a cell. Where it is of another kind than its column it is written as what it is.
package enum ExportValue: Hashable, Sendable {
  case none
  case text(String)
  case integer(Int)
  case decimal(Double)
  case date(Timestamp)
  /// Seconds.
  case duration(Int)

  package init(_ text: String?) { self = text.map(Self.text) ?? .none }
  package init(_ integer: Int?) { self = integer.map(Self.integer) ?? .none }
  package init(_ decimal: Double?) { self = decimal.map(Self.decimal) ?? .none }
  package init(_ date: Timestamp?) { self = date.map(Self.date) ?? .none }
  package init(seconds: Int?) { self = seconds.map(Self.duration) ?? .none }
}

/// Why an export was not written.
package enum ExportError: Error, Hashable, Sendable {
  /// A file could not be made or written; the number is errno, 0 where the library does not say.
  case storage(Int32)
  /// libxlsxwriter is not installed.
  case noWorkbooks
  /// More rows than a sheet has: 1,048,575 below the heading.
  case tooManyRows
}
