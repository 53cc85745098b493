import Export
import Model
import Testing

@Suite("csv is RFC 4180, and no spreadsheet runs it")
struct CSVTests {
  static let table = ExportTable(
    name: "Archives",
    columns: [
      .init("id", .integer), .init("name", .text), .init("cost", .decimal), .init("started_at", .date),
      .init("duration", .duration),
    ])

  static func text(_ rows: [[ExportValue]]) -> String {
    let writer = CSVWriter(table)
    return String(decoding: writer.heading() + writer.rows(rows), as: UTF8.self)
  }

  static func read(_ text: String, required: Set<String> = ["name"]) throws(ImportError) -> [CSVImport.Row] {
    var reader = CSVImport(table, required: required)
    var rows = try reader.feed(text.utf8)
    rows += try reader.finish()
    return rows
  }

  @Test("each kind has its form, lines end with CR LF")
  func forms() {
    let text = Self.text([
      [.integer(-7), .text("Box, \"big\""), .decimal(-0.5), .date(Timestamp(seconds: 1_705_329_000)), .duration(90)],
      [.none, .none, .decimal(12), .none, .none], [.integer(1), .text(" a\nb"), .decimal(0.000_25), .none, .none],
    ])
    #expect(
      text == "id,name,cost,started_at,duration\r\n-7,\"Box, \"\"big\"\"\",-0.5,2024-01-15T14:30:00Z,90\r\n"
        + ",,12,,\r\n1,\" a\nb\",0.00025,,\r\n")
  }

  @Test(
    "a text that a spreadsheet would run gets an apostrophe; a number stays a number",
    arguments: [
      ("=1+1", "'=1+1"), ("+49 1", "'+49 1"), ("-x", "'-x"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"),
      ("\rx", "\"'\rx\""), ("＝1", "'＝1"), ("'=1", "''=1"), ("''a", "'''a"), ("'a", "'a"), ("a=1", "a=1"),
      ("=\"a\",b", "\"'=\"\"a\"\",b\""),
    ])
  func formulas(text: String, cell: String) throws {
    let written = Self.text([[.integer(-1), .text(text), .decimal(-2.5), .none, .none]])
    #expect(written.hasSuffix("\r\n-1,\(cell),-2.5,,\r\n"))
    #expect(try Self.read(written).first?["name"] == .text(text))
  }

  @Test("what was exported is imported as it was")
  func roundTrip() throws {
    let rows: [[ExportValue]] = [
      [.integer(1), .text("Ünïcode 😀"), .decimal(1.25), .date(Timestamp(seconds: 0)), .duration(0)],
      [.none, .text("line\r\nbreak, \"quote\" '"), .none, .none, .none],
      [.integer(Int.max), .text("'"), .decimal(0), .date(Timestamp(seconds: 4_102_444_800)), .duration(86_400)],
    ]
    let read = try Self.read(Self.text(rows))
    #expect(read.map { row in Self.table.columns.map { row[$0.name] } } == rows)
  }

  @Test("columns may come in any order, without some, after a mark of byte order, with LF alone")
  func otherForms() throws {
    let rows = try Self.read("\u{FEFF}cost,name\n1.5,A\n,\"B\"")
    #expect(rows.map(\.line) == [2, 3])
    #expect(rows.map { $0["name"] } == [.text("A"), .text("B")] && rows[0]["cost"] == .decimal(1.5))
    #expect(rows[1]["cost"] == .none && rows[1]["id"] == .none)
  }

  @Test(
    "what is not ours is refused, with its line",
    arguments: [
      ("", 1, "must name the columns"), ("id\r\n", 1, "must name the column name"),
      ("name,price\r\n", 1, "names a column that no export has: price"),
      ("name,name\r\n", 1, "names the column name twice"), ("{\"name\":1}", 1, "middle of a field"),
      ("name,cost\r\nA\r\n", 2, "has 1 fields instead of 2"), ("name,cost\r\nA,1,2\r\n", 2, "has 3 fields"),
      ("name\r\nA\r\n\"B", 3, "not closed"), ("name\r\n\"A\"B\r\n", 2, "goes on after a closing"),
      ("name\r\nA\"B\"\r\n", 2, "middle of a field"), ("name\r\nA\rB\r\n", 2, "carriage return"),
      ("name,id\r\nA,1.5\r\n", 2, "no whole number under id"), ("name,cost\r\nA,nan\r\n", 2, "no number under cost"),
      ("name,cost\r\nA,0x10\r\n", 2, "no number under cost"), ("name,cost\r\nA,=1\r\n", 2, "no number under cost"),
      ("name,started_at\r\nA,2024-01-15 14:30\r\n", 2, "no time with its zone"),
      ("name,duration\r\nA,-5\r\n", 2, "no number of seconds"), ("name\r\n\"a\nb\"\r\n\"c", 4, "not closed"),
    ])
  func refused(text: String, line: Int, problem: String) {
    let error = #expect(throws: ImportError.self) { try Self.read(text) }
    #expect(error?.line == line)
    #expect(error?.problem.contains(problem) == true, "\(error?.description ?? "")")
  }

  @Test("bytes that are no UTF-8 are refused")
  func notUTF8() {
    var reader = CSVImport(Self.table, required: [])
    #expect(throws: ImportError.self) { try reader.feed(Array("name\r\n".utf8) + [0xFF, 0x0A]) }
  }

  @Test("limits on fields, their number and lines are told with the line")
  func limits() {
    var limits = CSVReader.Limits()
    limits.field = 4
    limits.fields = 2
    limits.records = 3
    for text in ["abcde", "a,b,c\n", "a\nb\nc\nd\n"] {
      #expect(throws: ImportError.self) {
        var reader = CSVReader(limits: limits)
        _ = try reader.feed(text.utf8)
        _ = try reader.finish()
      }
    }
  }

  @Test("pieces of any size read the same", arguments: [1, 2, 3, 5])
  func pieces(size: Int) throws {
    let bytes = Array("\u{FEFF}name,cost\r\n\"a\r\n\"\"b\",1\r\nc,\r\n".utf8)
    var reader = CSVImport(Self.table, required: [])
    var rows: [CSVImport.Row] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      rows += try reader.feed(bytes[start..<min(start + size, bytes.count)])
    }
    rows += try reader.finish()
    #expect(rows.map { $0["name"] } == [.text("a\r\n\"b"), .text("c")] && rows.map(\.line) == [2, 4])
  }
}
