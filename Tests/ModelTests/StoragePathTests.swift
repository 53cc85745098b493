import Model
import Testing

@Suite struct StoragePathTests {
  @Test(arguments: ["/", "/a", "/a b/ä 打.3mf", "/.x", "/..x", "/a..b"])
  func anAbsolutePathIsTakenAsItIs(text: String) throws {
    #expect(try StoragePath(text).text == text)
  }

  @Test(arguments: [
    "", "a", "//", "/a/", "/a//b", "/.", "/..", "/a/../b", "/a/./b", "/a\nDELE /b", "/a\r", "/\u{0}", "/\u{7F}",
    "/" + String(repeating: "x", count: 256), String(repeating: "/xxxxxxx", count: 129),
  ])
  func whatCouldClimbOrCarryASecondCommandIsRefused(text: String) {
    #expect(throws: InvalidValue.self) { try StoragePath(text) }
  }

  @Test func aPathKnowsItsNameAndItsFolder() throws {
    let path = try StoragePath("/cache/a.3mf")
    #expect(path.name == "a.3mf")
    #expect(path.folder.text == "/cache")
    #expect(path.folder.folder == .root)
    #expect(StoragePath.root.folder == .root)
    #expect(try path.folder.appending("a.3mf") == path)
    #expect(try StoragePath.root.appending("x").text == "/x")
  }

  @Test func aNameWithASlashIsNotOneName() {
    #expect(throws: InvalidValue.self) { try StoragePath.root.appending("a/b") }
  }

  @Test func aDateOfTheCalendarIsAMoment() {
    #expect(Timestamp(year: 2024, month: 2, day: 29, hour: 7, minute: 5)?.description == "2024-02-29T07:05:00Z")
    #expect(Timestamp(year: 2023, month: 2, day: 29) == nil)
    #expect(Timestamp(year: 1970, month: 1, day: 1)?.milliseconds == 0)
    #expect(Timestamp(year: 2031, month: 12, day: 31)?.year == 2031)
  }
}
