/// What stands in a cell of a sheet. Dates and durations are numbers there, of days.
package enum SheetCell: Hashable, Sendable {
  case none
  case text(String)
  case number(Double)
}

/// The first sheet of a workbook (xlsx), row by row: as this service writes it, and as spreadsheets save it again
/// (ECMA-376, part 1, sections 18.3 and 18.4).
package enum SheetRows {
  /// How much of a workbook is taken: a sheet of 100,000 archives unpacks to some 60 MB.
  static let limits: PrintFileLimits = {
    var limits = PrintFileLimits()
    limits.entries = 1_000
    limits.directoryBytes = 256 << 10
    limits.memberBytes = 512 << 20
    limits.totalBytes = 1 << 30
    limits.readBytes = 768 << 20
    return limits
  }()
  /// Columns that are looked at; what stands further right is nothing of ours.
  static let columns = 64
  /// Bytes of a cell's text: 32,767 characters are what a cell may hold.
  static let cellBytes = 128 << 10
  /// Bytes of the texts that a workbook keeps apart from its cells, which have to be known before the first row.
  static let sharedBytes = 8 << 20

  /// - Parameter take: gets each row that has something in it, from the first column to the last one filled; blocks.
  /// - Throws: `PrintFileError`, or what `take` throws.
  package static func read(path: String, _ take: ([SheetCell]) throws -> Void) throws {
    let file = try InputFile(path: path)
    var archive = try ZipArchive(file, limits)
    let shared = SharedTexts()
    if try archive.readXML("xl/sharedStrings.xml", limit: limits.readBytes, shared) == false {
      throw shared.problem ?? PrintFileError.damaged("Its texts are no XML to the end.")
    }
    if let problem = shared.problem { throw problem }
    try withoutActuallyEscaping(take) { take in
      let sheet = SheetListener(shared.texts, take)
      guard let isWhole = try archive.readXML("xl/worksheets/sheet1.xml", limit: limits.readBytes, sheet) else {
        throw PrintFileError.damaged("It has no sheet.")
      }
      if let problem = sheet.problem { throw problem }
      guard isWhole else { throw PrintFileError.damaged("Its sheet is no XML to the end.") }
    }
  }
}

/// The texts of a workbook that its cells name by number.
private final class SharedTexts: XMLListener {
  private(set) var texts: [String] = []
  private(set) var problem: PrintFileError?
  private var reader = CellText()
  private var bytes = 0

  func begin(_ tag: XMLTag) -> Bool {
    reader.begin(tag.name.local)
    if tag.name.local == "si" { reader.clear() }
    return problem == nil
  }

  func text(_ text: String) { reader.text(text) }

  func end(_ name: String) {
    reader.end(name.local)
    guard name.local == "si" else { return }
    // A place in the list costs something also where its text is empty.
    bytes += reader.value.utf8.count + MemoryLayout<String>.stride
    guard bytes <= SheetRows.sharedBytes else {
      problem = problem ?? .hostile("It has more text than fits here. Save the sheet as csv, or export as csv.")
      return
    }
    texts.append(reader.value)
  }
}

/// The text within a cell or a shared text: all runs of it, without what only says how it is pronounced.
private struct CellText {
  private(set) var value = ""
  private var isOpen = false
  private var isPhonetic = false

  mutating func clear() { value = "" }

  mutating func begin(_ name: Substring) {
    if name == "t" || name == "v" { isOpen = !isPhonetic }
    if name == "rPh" { isPhonetic = true }
  }

  mutating func text(_ text: String) {
    if isOpen, value.utf8.count + text.utf8.count <= SheetRows.cellBytes { value += text }
  }

  mutating func end(_ name: Substring) {
    if name == "t" || name == "v" { isOpen = false }
    if name == "rPh" { isPhonetic = false }
  }
}

private final class SheetListener: XMLListener {
  private(set) var problem: (any Error)?
  private let shared: [String]
  private let take: ([SheetCell]) throws -> Void
  private var reader = CellText()
  private var row: [SheetCell] = []
  private var column = -1
  private var type = ""

  init(_ shared: [String], _ take: @escaping ([SheetCell]) throws -> Void) {
    self.shared = shared
    self.take = take
  }

  func begin(_ tag: XMLTag) -> Bool {
    let name = tag.name.local
    switch name {
    case "row": (row, column) = ([], -1)
    case "c":
      column = tag["r"].flatMap(Self.column) ?? column + 1
      type = tag["t"] ?? "n"
      reader.clear()
    default: reader.begin(name)
    }
    return problem == nil
  }

  func text(_ text: String) { reader.text(text) }

  func end(_ name: String) {
    switch name.local {
    case "c":
      guard (0..<SheetRows.columns).contains(column), let cell, cell != .none else { return }
      while row.count <= column { row.append(.none) }
      row[column] = cell
    case "row":
      guard problem == nil, !row.isEmpty else { return }
      do { try take(row) } catch { problem = error }
    default: reader.end(name.local)
    }
  }

  private var cell: SheetCell? {
    switch type {
    case "s":
      guard let place = Int(reader.value), shared.indices.contains(place) else {
        problem = problem ?? PrintFileError.damaged("A cell names a text that is not there.")
        return nil
      }
      return .text(shared[place])
    case "n":
      guard !reader.value.isEmpty else { return SheetCell.none }
      guard reader.value.utf8.count <= 40, let number = Double(reader.value), number.isFinite else {
        problem = problem ?? PrintFileError.damaged("A cell holds no number where it says so.")
        return nil
      }
      return .number(number)
    // Texts of its own, results of formulas, moments in ISO 8601; a truth or an error is told as what it looks like.
    default: return reader.value.isEmpty ? SheetCell.none : .text(reader.value)
    }
  }

  /// From 0, of a place such as `AB12`.
  private static func column(_ place: String) -> Int? {
    var number = 0
    for byte in place.utf8.prefix(4) {
      guard (0x41...0x5A).contains(byte) else { break }
      number = number * 26 + Int(byte - 0x40)
    }
    return number > 0 ? number - 1 : nil
  }
}

extension String {
  /// A tag's name without the prefix of its namespace.
  fileprivate var local: Substring { lastIndex(of: ":").map { self[index(after: $0)...] } ?? self[...] }
}
