import CXlsx
import Glibc
import Model

/// A workbook of one sheet, written row by row. It goes away with this unless it was finished.
final class Workbook {
  private let path: String
  private let columns: [ExportTable.Column]
  private var book: OpaquePointer?
  private var nextRow: UInt32 = 1
  private var isFinished = false

  /// Cells of a sheet.
  private static let lastRow: UInt32 = 1_048_575
  private static let longestText = 32_767

  init(_ table: ExportTable, path: String, folder: String) throws(ExportError) {
    guard layerberry_xlsx_load() else { throw .noWorkbooks }
    // The library would write through a link or over a file that is there; that one must not go away with this either.
    let reservation = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard reservation >= 0 else { throw .storage(errno) }
    close(reservation)
    self.path = path
    columns = table.columns
    book = layerberry_xlsx_new(path, folder, table.name)
    guard let book else { throw .storage(0) }
    for (place, column) in columns.enumerated() {
      guard layerberry_xlsx_column(book, UInt16(place), column.name, Double(column.width), column.kind.look) else {
        throw .storage(0)
      }
    }
  }

  deinit {
    if let book { _ = layerberry_xlsx_close(book) }
    if !isFinished { unlink(path) }
  }

  func append(_ row: [ExportValue]) throws(ExportError) {
    guard let book else { throw .storage(0) }
    guard nextRow <= Self.lastRow else { throw .tooManyRows }
    for (place, value) in row.prefix(columns.count).enumerated() {
      guard write(value, to: book, UInt16(place)) else { throw .storage(0) }
    }
    nextRow += 1
  }

  private func write(_ value: ExportValue, to book: OpaquePointer, _ column: UInt16) -> Bool {
    switch value {
    case .none: return true
    case .text(let text):
      let text = text.utf16.count <= Self.longestText ? text : Self.cut(text)
      // A text of ours may hold a NUL, which would end it there.
      return text.isEmpty || layerberry_xlsx_text(book, nextRow, column, text.filter { $0 != "\0" })
    case .integer(let number):
      return layerberry_xlsx_number(book, nextRow, column, Double(number), LAYERBERRY_XLSX_INTEGER)
    case .decimal(let number):
      return !number.isFinite || layerberry_xlsx_number(book, nextRow, column, number, LAYERBERRY_XLSX_DECIMAL)
    case .date(let moment): return layerberry_xlsx_number(book, nextRow, column, moment.sheetDay, LAYERBERRY_XLSX_DATE)
    case .duration(let seconds):
      return layerberry_xlsx_number(book, nextRow, column, Double(seconds) / 86_400, LAYERBERRY_XLSX_DURATION)
    }
  }

  private static func cut(_ text: String) -> String {
    var count = 0
    let end = text.unicodeScalars.firstIndex { scalar in
      count += UTF16.width(scalar)
      return count > longestText
    }
    return String(text.unicodeScalars[..<(end ?? text.endIndex)])
  }

  func finish() throws(ExportError) {
    guard let book else { return }
    self.book = nil
    guard layerberry_xlsx_close(book) else { throw .storage(0) }
    isFinished = true
  }
}

extension Timestamp {
  /// Days since 1899-12-30, as sheets count, to the second.
  fileprivate var sheetDay: Double { Double(Int((Double(milliseconds) / 1000).rounded(.down))) / 86_400 + 25_569 }
}

extension ExportTable.Column.Kind {
  fileprivate var look: layerberry_xlsx_look {
    switch self {
    case .text: LAYERBERRY_XLSX_PLAIN
    case .integer: LAYERBERRY_XLSX_INTEGER
    case .decimal: LAYERBERRY_XLSX_DECIMAL
    case .date: LAYERBERRY_XLSX_DATE
    case .duration: LAYERBERRY_XLSX_DURATION
    }
  }
}
