import Export
import Model
import PrintFile

/// A workbook (xlsx) as the csv that the same export would have been, so that an import has one way to go.
struct WorkbookRows {
  private let table: ExportTable
  private let file: SpoolFile
  /// As the first row names them; a name that is none of ours is the import's to refuse.
  private var columns: [ExportTable.Column] = []
  private var pending: [UInt8] = []

  private static let pieceBytes = 64 << 10

  /// Writes the first sheet of a workbook out; blocks.
  ///
  /// - Throws: `PrintFileError`, or `Fault` where the disk does not take it.
  static func write(_ path: String, of table: ExportTable, to file: SpoolFile) throws {
    var rows = WorkbookRows(table, file)
    try SheetRows.read(path: path) { try rows.add($0) }
    try rows.flush()
  }

  private init(_ table: ExportTable, _ file: SpoolFile) {
    self.table = table
    self.file = file
  }

  private mutating func flush() throws {
    try pending.withUnsafeBytes { try file.append($0) }
    pending.removeAll(keepingCapacity: true)
  }

  private mutating func add(_ cells: [SheetCell]) throws {
    guard !columns.isEmpty else {
      columns = cells.map { cell in
        let name = Self.text(cell)
        return table.columns.first { $0.name == name } ?? ExportTable.Column(name, .text)
      }
      pending += CSVWriter(ExportTable(name: table.name, columns: columns)).heading()
      return
    }
    var values = zip(columns, cells).map { Self.value($1, $0.kind) }
    values += Array(repeating: .none, count: columns.count - values.count)
    pending += CSVWriter(table).rows([values])
    if pending.count >= Self.pieceBytes { try flush() }
  }

  private static func value(_ cell: SheetCell, _ kind: ExportTable.Column.Kind) -> ExportValue {
    switch (cell, kind) {
    case (.none, _): .none
    case (.number(let days), .date): Timestamp(sheetDay: days).map(ExportValue.date) ?? .decimal(days)
    case (.number(let days), .duration):
      Int(exactly: (days * 86_400).rounded()).map(ExportValue.duration) ?? .decimal(days)
    case (.number(let number), .integer): Int(exactly: number).map(ExportValue.integer) ?? .decimal(number)
    case (.number(let number), .decimal): .decimal(number)
    case (_, .text): .text(text(cell))
    // Somebody has typed it: what csv would take is taken. A sheet gives back no guard against formulas.
    case (.text(let text), _): .text(text)
    }
  }

  private static func text(_ cell: SheetCell) -> String {
    switch cell {
    case .none: ""
    case .text(let text): text
    case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
    }
  }
}

extension Timestamp {
  /// Days since 1899-12-30, as sheets count; nil for what no sheet can show.
  fileprivate init?(sheetDay days: Double) {
    guard (1..<2_958_466).contains(days) else { return nil }
    self.init(seconds: Int64(((days - 25_569) * 86_400).rounded()))
  }
}
