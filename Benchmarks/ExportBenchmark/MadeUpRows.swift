import Export
import Model
import Wire

/// Rows like those of archives, with the texts that exports go wrong with. A row follows from its number alone.
enum MadeUpRows {
  static let table = ExportTable(
    name: "Archives",
    columns: [
      .init("id", .integer, width: 8), .init("name", .text), .init("notes", .text), .init("grams", .decimal),
      .init("started_at", .date), .init("duration", .duration), .init("layers", .integer), .init("status", .text),
    ])

  private static let notes = [
    "", "=1+1", "+49 30 1234", "-2", "@SUM(A1:A9)", "'=quoted", "''", "007", "1e5", "2024-01-15", "TRUE", "a, b; c",
    "say \"hello\"", "Grüße, 你好, 😀", " spaces ", "two\nlines", "tab\there", "<b>&amp;</b>", "_x0041_", "#N/A",
    "=HYPERLINK(\"http://example.com\")", "100%", "1/2",
  ]

  static func row(_ number: Int) -> [ExportValue] {
    [
      .integer(number), .text("Box \(number % 977)"), .text(notes[number % notes.count]),
      number % 13 == 0 ? .none : .decimal(Double((number * 7919) % 1_000_000) / 100 - 100),
      .date(Timestamp(seconds: 1_600_000_000 + Int64(number) * 3671)),
      number % 17 == 0 ? .none : .duration((number * 613) % 400_000), .integer(number % 900 - 5),
      .text(["success", "failed", "stopped"][number % 3]),
    ]
  }

  static var heading: [UInt8] { json(table.columns.map { .text($0.name) }) }

  /// `{"kind":value}` for each cell.
  static func json(_ row: [ExportValue]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for value in row {
      switch value {
      case .none: writer.null()
      case .text(let text): writer.write(["text": .string(text)] as JSONValue)
      case .integer(let number): writer.write(["number": .int(Int64(number))] as JSONValue)
      case .decimal(let number): writer.write(["number": .double(number)] as JSONValue)
      case .date(let moment): writer.write(["date": .string(moment.description)] as JSONValue)
      case .duration(let seconds): writer.write(["duration": .int(Int64(seconds))] as JSONValue)
      }
    }
    writer.endArray()
    return writer.bytes
  }
}
