import Export
import Glibc
import Model
import TestKit
import Testing

@Suite("Exports are files, whole or not there")
struct ExportTests {
  static func rows(_ range: Range<Int>) -> [[ExportValue]] {
    range.map { number in
      [
        .integer(number), .text("Box \(number)"), .decimal(Double(number) / 4),
        .date(Timestamp(seconds: Int64(number))),
        .duration(number),
      ]
    }
  }

  @Test("rows are asked for a page at a time until there are none", arguments: Export.Format.allCases)
  func pages(format: Export.Format) async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/export"
    var asked = 0
    try await Export.write(CSVTests.table, as: format, to: path, folder: folder.path) {
      asked += 1
      return asked > 3 ? [] : Self.rows((asked * 100)..<(asked * 100 + 100))
    }
    #expect(asked == 4)
    let bytes = try #require(TemporaryFolder.bytes(of: path))
    switch format {
    case .csv: #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 301)
    case .xlsx: #expect(bytes.starts(with: Array("PK".utf8)) && bytes.count > 5000)
    }
    #expect(try Self.names(in: folder.path) == ["export"])
  }

  private struct Broken: Error {}

  @Test("an export that fails in the middle leaves nothing", arguments: Export.Format.allCases)
  func failure(format: Export.Format) async throws {
    let folder = try TemporaryFolder()
    var asked = 0
    await #expect(throws: Broken.self) {
      try await Export.write(CSVTests.table, as: format, to: "\(folder.path)/export", folder: folder.path) {
        asked += 1
        if asked > 1 { throw Broken() }
        return Self.rows(0..<10)
      }
    }
    #expect(try Self.names(in: folder.path).isEmpty)
  }

  @Test("a file that is there already is left alone", arguments: Export.Format.allCases)
  func existing(format: Export.Format) async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("mine", as: "export")
    await #expect(throws: ExportError.storage(EEXIST)) {
      try await Export.write(CSVTests.table, as: format, to: path, folder: folder.path) { [] }
    }
    #expect(TemporaryFolder.bytes(of: path) == Array("mine".utf8))
  }

  @Test("a folder that cannot be written is told", arguments: Export.Format.allCases)
  func noFolder(format: Export.Format) async {
    await #expect(throws: ExportError.self) {
      try await Export.write(CSVTests.table, as: format, to: "/nowhere/export", folder: "/nowhere") { [] }
    }
  }

  private static func names(in folder: String) throws -> [String] {
    let directory = try #require(opendir(folder))
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }
}
