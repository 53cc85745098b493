import PrintFile
import TestKit
import Testing

@Suite("The first sheet of a workbook is read row by row")
struct SheetTests {
  @Test("Texts in the cells, as an export of ours has them; what is left out is empty")
  func inline() throws {
    let found = try rows(
      """
      <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
      <row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="C1" t="inlineStr"><is><t>a &amp; b</t></is></c></row>
      <row r="2"/>
      <row r="3"><c r="B3" s="2"><v>45306.5</v></c><c r="AA3"><v>-1e-3</v></c><c r="AB3"/></row>
      </sheetData></worksheet>
      """)
    #expect(found.count == 2)
    #expect(found.first == [.text("name"), .none, .text("a & b")])
    #expect(found.last?[1] == .number(45306.5) && found.last?.last == .number(-0.001) && found.last?.count == 27)
  }

  @Test("Texts apart from the cells, in runs and with their pronunciation, as spreadsheets save them")
  func shared() throws {
    let found = try rows(
      """
      <x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="s"><x:v>1</x:v></x:c><x:c t="str"><x:f>A1</x:f><x:v>sum</x:v></x:c>
      <x:c t="b"><x:v>1</x:v></x:c><x:c t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>
      """,
      shared: """
        <sst><si><t xml:space="preserve"> a </t></si><si><r><t>東</t></r><r><t>京</t></r><rPh sb="0" eb="1"><t>ト</t></rPh></si></sst>
        """)
    #expect(found == [[.text("東京"), .text("sum"), .text("1"), .text(" a ")]])
  }

  @Test(
    "What is no sheet, or made to harm, is refused with a reason",
    arguments: [
      ("<sheetData><row><c><v>nan</v></c></row></sheetData>", nil, "no number"),
      ("<sheetData><row><c><v>twelve</v></c></row></sheetData>", nil, "no number"),
      ("<sheetData><row><c t='s'><v>7</v></c></row></sheetData>", "<sst/>", "not there"),
      ("<sheetData><row><c t='s'><v>-1</v></c></row></sheetData>", nil, "not there"),
      ("<sheetData><row>", nil, "to the end"),
      ("<sheetData/>", "<sst><si>", "to the end"),
      ("<!DOCTYPE x [<!ENTITY a 'b'>]><sheetData/>", nil, "document type"),
      ("<sheetData/>", "<sst>" + String(repeating: "<si/>", count: 600_000) + "</sst>", "more text than fits"),
      (nil, nil, "no sheet"),
    ] as [(String?, String?, String)])
  func refused(sheet: String?, shared: String?, reason: String) throws {
    let problem = try #require(throws: PrintFileError.self) { _ = try rows(sheet, shared: shared) }
    #expect(problem.description.contains(reason), "\(problem)")
  }

  @Test("Columns far to the right and texts beyond a cell's limit take no memory")
  func bounded() throws {
    let found = try rows(
      "<sheetData><row><c r='XFD1'><v>1</v></c><c r='A1' t='str'><v>\(String(repeating: "x", count: 400_000))</v></c></row></sheetData>"
    )
    #expect(found.count == 1 && found.first?.count == 1)
    guard case .text(let text)? = found.first?.first else {
      Issue.record("no text: \(found)")
      return
    }
    #expect(text.utf8.count <= 128 << 10)
  }

  @Test("What the reader of the rows throws ends the reading")
  func ended() throws {
    struct Enough: Error {}
    let path = try TemporaryFolder()
    let file = try path.write(workbook("<sheetData><row><c><v>1</v></c></row></sheetData>", nil), as: "content")
    #expect(throws: Enough.self) { try SheetRows.read(path: file) { _ in throw Enough() } }
  }

  private func rows(_ sheet: String?, shared: String? = nil) throws -> [[SheetCell]] {
    let folder = try TemporaryFolder()
    var found: [[SheetCell]] = []
    try SheetRows.read(path: try folder.write(workbook(sheet, shared), as: "content")) { found.append($0) }
    return found
  }

  private func workbook(_ sheet: String?, _ shared: String?) -> [UInt8] {
    var zip = TestZip()
    zip.members = [TestZip.Member("[Content_Types].xml", "<Types/>")]
    if let sheet { zip.members.append(TestZip.Member("xl/worksheets/sheet1.xml", sheet)) }
    if let shared { zip.members.append(TestZip.Member("xl/sharedStrings.xml", shared)) }
    return zip.bytes
  }
}
