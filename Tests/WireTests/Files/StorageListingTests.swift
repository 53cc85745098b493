import Model
import Testing
import Wire

@Suite struct StorageListingTests {
  let now = Timestamp(year: 2025, month: 3, day: 10, hour: 12) ?? Timestamp(seconds: 0)

  func entries(_ text: String, in folder: StoragePath = .root) throws -> [StorageEntry] {
    try contents(text, in: folder).entries
  }

  func contents(_ text: String, in folder: StoragePath = .root) throws -> StorageContents<StorageEntry> {
    try StorageListing.entries(Array(text.utf8), in: folder, now: now)
  }

  @Test func aLineOfTheSheetIsAFileWithItsSizeAndDate() throws {
    let folder = try StoragePath("/timelapse")
    let line = "-rw-r--r--    1 1000     1000     20481337 Mar 02  2025 name with spaces.mp4\r\n"
    let entry = try #require(try entries(line, in: folder).first)
    #expect(entry.name == "name with spaces.mp4")
    #expect(entry.path.text == "/timelapse/name with spaces.mp4")
    #expect(entry.size == 20_481_337)
    #expect(entry.modified?.description == "2025-03-02T00:00:00Z")
    #expect(!entry.isDirectory)
  }

  @Test(arguments: [
    ("Mar 03 07:15", "2025-03-03T07:15:00Z"), ("Dec 31 23:59", "2024-12-31T23:59:00Z"),
    ("Mar 11 01:00", "2025-03-11T01:00:00Z"), ("Feb 29  2024", "2024-02-29T00:00:00Z"),
    ("Jan  5  2023", "2023-01-05T00:00:00Z"),
  ])
  func aDateWithATimeIsTakenFromTheYearNearestToNow(date: String, expected: String) throws {
    let entry = try #require(try entries("-rw-r--r-- 1 0 0 5 \(date) x\n").first)
    #expect(entry.modified?.description == expected)
  }

  @Test func aTimeShortlyAfterNewYearMayLieInTheYearToCome() throws {
    let eve = try #require(Timestamp(year: 2024, month: 12, day: 31, hour: 20))
    let line = Array("-rw-r--r-- 1 0 0 5 Jan 01 03:00 x\n".utf8)
    let entry = try #require(try StorageListing.entries(line, in: .root, now: eve).entries.first)
    #expect(entry.modified?.description == "2025-01-01T03:00:00Z")
  }

  @Test(arguments: ["Feb 30 07:15", "Mar 03 25:00", "Mar 03 ab:cd"])
  func aDateThatDoesNotExistIsNone(date: String) throws {
    let entry = try #require(try entries("-rw-r--r-- 1 0 0 5 \(date) x\n").first)
    #expect(entry.modified == nil)
  }

  @Test func namesKeepSpacesOtherScriptsAndLeadingBlanks() throws {
    let text = "-rw-r--r-- 1 0 0 5 Mar 02  2025 打印 ä 😀.3mf\n-rw-r--r-- 1 0 0 5 Mar 02  2025   two blanks\n"
    #expect(try entries(text).map(\.name) == ["打印 ä 😀.3mf", "  two blanks"])
  }

  @Test func whatIsNeitherFileNorFolderIsLeftOut() throws {
    let text = """
      total 12
      drwxr-xr-x 2 0 0 4096 Mar 02  2025 .
      drwxr-xr-x 2 0 0 4096 Mar 02  2025 ..
      lrwxrwxrwx 1 0 0 4 Mar 02  2025 link -> x
      drwxr-xr-x 2 0 0 4096 Mar 02  2025 cache

      """
    let entries = try entries(text)
    #expect(entries.map(\.name) == ["cache"])
    #expect(entries.first?.isDirectory == true)
  }

  @Test func aNameThatIsNotUTF8IsLeftOut() throws {
    let bytes = Array("-rw-r--r-- 1 0 0 5 Mar 02  2025 ".utf8) + [0xC3, 0x28, 0x0A]
    let contents = try StorageListing.entries(bytes, in: .root, now: now)
    #expect(contents.entries.isEmpty && contents.leftOut == 1 && contents.oddity == .notUTF8)
  }

  @Test(arguments: [
    ("-rw-r--r-- 1 0 0 5 Mar 02  2025 ../x", StorageListingError.foreignName),
    ("-rw-r--r-- 1 0 0 5 Mar 02  2025 tab\tinside", .foreignName),
    ("-rw-r--r-- 1 0 0 5 Mär 02  2025 x", .notUnderstood), ("<html>", .notUnderstood),
    (String(repeating: "-", count: 5000), .lineTooLong(limit: 4096)),
  ])
  func aLineThatCannotBeReadCostsItselfOnly(line: String, oddity: StorageListingError) throws {
    let good = "-rw-r--r-- 1 0 0 5 Mar 02  2025 "
    let contents = try contents("\(good)a\n\(line)\n\(good)b\n\(line)\n")
    #expect(contents.entries.map(\.name) == ["a", "b"])
    #expect(contents.leftOut == 2 && contents.oddity == oddity && !contents.isCut)
  }

  @Test(arguments: ["../../etc/passwd", "a/b", "/etc/passwd", "x\u{1}y", "x\u{7F}", String(repeating: "x", count: 256)])
  func aListingOfNothingButNamesThatCannotLieInTheFolderIsRefused(name: String) {
    #expect(throws: StorageListingError.foreignName) { try entries("-rw-r--r-- 1 0 0 5 Mar 02  2025 \(name)\n") }
  }

  @Test(arguments: [
    "<html>", "-rw-r--r-- 1 0 0", "-rw-r--r-- 1 0 0 -5 Mar 02  2025 x", "-rw-r--r-- 1 0 0 5 Foo 02  2025 x",
    "-rw-r--r-- 1 0 0 9999999999999999999999 Mar 02  2025 x", "-rw-r--r-- 1 0 0 5 Mar 02  2025 ",
    "- 1 0 0 5 Mar 2 2025 x",
  ])
  func aListingInNoKnownFormIsRefused(line: String) {
    #expect(throws: StorageListingError.notUnderstood) { try entries(line) }
  }

  @Test(arguments: [(4096, false), (4097, true), (10_000, true)])
  func ofTooManyEntriesTheFirstAreShown(count: Int, isCut: Bool) throws {
    let text = (0..<count).map { "-rw-r--r-- 1 0 0 5 Mar 02  2025 \($0)\n" }.joined()
    let contents = try contents(text)
    #expect(contents.entries.map(\.name) == (0..<4096).map(String.init))
    #expect(contents.isCut == isCut && contents.leftOut == 0)
  }

  @Test func anEndlessLineIsTooLong() {
    #expect(throws: StorageListingError.lineTooLong(limit: 4096)) { try entries(String(repeating: "-", count: 5000)) }
  }

  @Test func moreThanTwoMegabytesAreTooLong() {
    let bytes = [UInt8](repeating: 0x0A, count: 2 << 20 + 1)
    #expect(throws: StorageListingError.tooLong(limit: 2 << 20)) {
      try StorageListing.entries(bytes, in: .root, now: now)
    }
  }

  @Test func namesMayComeBareOrWithTheirWholePath() throws {
    let folder = try StoragePath("/cache")
    let bare = try StorageListing.names(Array("a.3mf\r\nb c.3mf\r\n.\r\n".utf8), in: folder).entries
    let whole = try StorageListing.names(Array("/cache/a.3mf\r\n/cache/b c.3mf\r\n/x/y\r\n".utf8), in: folder).entries
    #expect(bare.map(\.text) == ["/cache/a.3mf", "/cache/b c.3mf"])
    #expect(bare == whole)
  }

  @Test(arguments: ["/etc/passwd", "../x", "/cache/../x", "/cache/a/b"])
  func namesOfOtherFoldersOnlyAreRefused(name: String) throws {
    let folder = try StoragePath("/cache")
    #expect(throws: StorageListingError.foreignName) { try StorageListing.names(Array(name.utf8), in: folder) }
  }

  @Test(arguments: 0..<200)
  func whateverComesEndsInEntriesOfTheFolderOrInAnError(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let folder = try StoragePath("/cache")
    var bytes = Array("-rw-r--r--    1 1000     1000     20481337 Mar 02 07:15 name.mp4\r\ntotal 3\n".utf8)
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.insert(contentsOf: bytes[..<place], at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + 3))
      }
      if bytes.isEmpty { bytes = [0x2D] }
    }
    let limits = StorageListing.Limits()
    if let entries = try? StorageListing.entries(bytes, in: folder, now: now).entries {
      #expect(entries.count <= limits.entries)
      #expect(entries.allSatisfy { $0.path.folder == folder && StoragePath.isName($0.name.utf8) && $0.size >= 0 })
    }
    if let names = try? StorageListing.names(bytes, in: folder).entries {
      #expect(names.allSatisfy { $0.folder == folder })
    }
  }
}

/// Reproducible random numbers (SplitMix64).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
