import INI
import Testing

@Suite("An INI text is read with its lines")
struct INIDocumentTests {
  @Test("entries come with section, value and line")
  func entries() throws {
    let text = """
      # a comment
      name = plain

      [relay printer]
      line = 17 ; a remark
        indented = yes
      """
    #expect(
      try INIDocument(text).entries == [
        .init(section: "", key: "name", value: "plain", line: 2),
        .init(section: "relay printer", key: "line", value: "17", line: 5),
        .init(section: "relay printer", key: "indented", value: "yes", line: 6),
      ])
  }

  @Test(
    "what is no entry is named by its line",
    arguments: [("name\n", 1), ("a = 1\n[open\n", 2), ("a = 1\n\nwhat is this\n", 3)])
  func refused(text: String, line: Int) {
    let problem = #expect(throws: INIProblem.self) { try INIDocument(text) }
    #expect(problem?.line == line)
  }

  @Test("a line that the library would cut is refused whole")
  func longLine() {
    let problem = #expect(throws: INIProblem.self) {
      try INIDocument("a = 1\nb = " + String(repeating: "x", count: 300))
    }
    #expect(problem?.line == 2)
    #expect(problem?.problem == "is longer than 197 characters")
  }

  @Test("a folder, a missing and a binary file are refused")
  func files() {
    #expect(throws: INIFileProblem.self) { try INIFile.text(of: "/proc") }
    #expect(throws: INIFileProblem.self) { try INIFile.text(of: "/nowhere/map.ini") }
    #expect(throws: INIFileProblem.self) { try INIFile.text(of: "/proc/self/exe") }
  }
}
