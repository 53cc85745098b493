import Glibc
import Model
import PrintFile
import TestKit
import Testing

@Suite("A file that is made to harm is refused")
struct HostileTests {
  struct Harm: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var reason: PrintFileError.Reason
    var sentence: String
    var make: @Sendable () -> [UInt8]

    init(
      _ name: String, _ reason: PrintFileError.Reason, _ sentence: String, _ make: @escaping @Sendable () -> [UInt8]
    ) {
      testDescription = name
      self.reason = reason
      self.sentence = sentence
      self.make = make
    }

    /// A good file with one more member.
    static func with(
      _ name: String, _ reason: PrintFileError.Reason, _ sentence: String, _ member: TestZip.Member
    ) -> Harm {
      Harm(name, reason, sentence) {
        var zip = TestProject().zip
        zip.members.removeAll { $0.name == member.name }
        zip.members.append(member)
        return zip.bytes
      }
    }

    static func settings(_ name: String, _ reason: PrintFileError.Reason, _ sentence: String, _ text: String) -> Harm {
      with(name, reason, sentence, TestZip.Member("Metadata/slice_info.config", text))
    }
  }

  static let zeros = [UInt8](repeating: 0, count: 24 << 20)

  static let names: [Harm] = [
    "../../etc/passwd", "Metadata/../../x", "/etc/passwd", "\\windows\\x", "C:/x", "a\\..\\..\\x", "a\u{1}b",
    String(repeating: "n", count: 600),
  ].map { .with("a member called \($0.prefix(24))", .hostile, "The file has a member", TestZip.Member($0, "x")) }

  static let archives: [Harm] = [
    .with(
      "a member that unpacks to a thousand times its size", .hostile, "packed more tightly",
      TestZip.Member("Metadata/plate_1.gcode", zeros)),
    Harm("65,536 members", .hostile, "more than 10000 members") {
      var zip = TestZip()
      for number in 0..<65_536 {
        var member = TestZip.Member("m/\(number)", [])
        member.isPacked = false
        zip.members.append(member)
      }
      return zip.bytes
    },
    Harm("an end that promises 65,535 members", .hostile, "more than 10000 members") {
      var zip = TestProject().zip
      zip.claimedEntries = 65_535
      return zip.bytes
    },
    Harm("an end for large files that promises a million million members", .hostile, "more than 10000 members") {
      largeEnd(entries: 1_000_000_000_000)
    },
    .with(
      "two members of one name", .hostile, "two members of one name", TestZip.Member("metadata/PLATE_1.gcode", "G28")),
    Harm("a file that is cut in the middle", .damaged, "cut short") {
      let bytes = TestProject().bytes
      return Array(bytes.prefix(bytes.count / 2))
    },
    Harm("a list of members that is cut", .damaged, "list of members") {
      var bytes = TestProject().bytes
      bytes.removeSubrange((bytes.count - 122)..<(bytes.count - 22))
      return bytes
    },
    .with(
      "a member that is encrypted", .damaged, "encrypted",
      {
        var member = TestZip.Member("Metadata/secret", "x")
        member.flags = 1
        return member
      }()),
    .with(
      "a member that is packed by LZMA", .damaged, "does not know",
      {
        var member = TestZip.Member("Metadata/odd", "x")
        member.method = 14
        return member
      }()),
    .with(
      "results whose checksum is wrong", .damaged, "does not unpack",
      {
        var member = TestZip.Member("Metadata/slice_info.config", TestProject().sliceInfo)
        member.damagesData = true
        return member
      }()),
    Harm("a ZIP that is no 3MF", .unknownKind, "no 3MF") {
      var zip = TestZip()
      zip.add("readme.txt", "x")
      return zip.bytes
    },
  ]

  static let texts: [Harm] = [
    .settings("results that are broken XML", .damaged, "broken XML", "<config><plate><metadata key=\"index\""),
    .settings("results that end too early", .damaged, "broken XML", "<config><plate>"),
    .settings("results that are not XML", .damaged, "broken XML", "{}"),
    .settings(
      "results in an encoding that nobody knows", .damaged, "broken XML",
      "<?xml version=\"1.0\" encoding=\"x-9\"?><config/>"),
    .settings(
      "a billion laughs", .hostile, "document type",
      "<?xml version=\"1.0\"?><!DOCTYPE config [<!ENTITY a \"ha\">"
        + (0..<9).map {
          "<!ENTITY \(["b", "c", "d", "e", "f", "g", "h", "i", "j"][$0]) \""
            + String(repeating: "&\(["a", "b", "c", "d", "e", "f", "g", "h", "i"][$0]);", count: 10) + "\">"
        }.joined() + "]><config>&j;</config>"),
    .settings(
      "an entity from a file", .hostile, "document type",
      "<!DOCTYPE config [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><config>&a;</config>"),
    .settings(
      "ten thousand tags in one another", .hostile, "nested", String(repeating: "<a>", count: 10_000)),
    .settings(
      "a tag that does not end", .hostile, "nested or long",
      "<config a=\"" + (0..<200_000).map { String($0) }.joined(separator: " ") + "\"/>"),
  ]

  @Test("names", arguments: names)
  func hostileNames(harm: Harm) throws { try expect(harm) }

  @Test("archives", arguments: archives)
  func hostileArchives(harm: Harm) throws { try expect(harm) }

  @Test("texts", arguments: texts)
  func hostileTexts(harm: Harm) throws { try expect(harm) }

  @Test("a 3MF inside of a 3MF is a member like any other")
  func nested() throws {
    var zip = TestProject().zip
    zip.add("Metadata/inner.3mf", TestProject().bytes)
    #expect(try facts(of: zip.bytes).hasPlate(1))
  }

  @Test("members that together unpack to more than there is time for are refused")
  func readingBudget() throws {
    var limits = PrintFileLimits()
    limits.readBytes = 1000
    #expect(try refusal(of: TestProject().bytes, limits)?.reason == .hostile)
  }

  @Test("where there is no file, the error says so")
  func noFile() throws {
    #expect(throws: PrintFileError.self) { try PrintFile.read(path: "/nowhere/content") }
    let folder = try TemporaryFolder()
    #expect(throws: PrintFileError.self) { try PrintFile.read(path: folder.path) }
  }

  private func expect(_ harm: Harm) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(harm.make(), as: "content")
    let before = Self.peakMemory()
    let error = #expect(throws: PrintFileError.self, "\(harm.testDescription)") {
      try PrintFile.read(path: path)
    }
    #expect(error?.reason == harm.reason)
    #expect(error?.description.contains(harm.sentence) == true, "\(error?.description ?? "")")
    // Pictures are looked for behind the same gate, but for what only the texts show.
    if harm.reason == .hostile, !Self.texts.contains(where: { $0.testDescription == harm.testDescription }) {
      #expect(throws: PrintFileError.self) { try PrintFile.picture(path: path) }
    }
    #expect(try Self.names(in: folder.path) == ["content"])
    #expect(Self.peakMemory() - before < 32 << 20)
  }

  /// Bytes: the largest that this process has been in memory.
  private static func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
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

  /// An end record for large files, which libzip 1.7.3 would ask for memory by.
  private static func largeEnd(entries: UInt64) -> [UInt8] {
    func number(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    var zip = TestZip()
    zip.add("3D/3dmodel.model", "<model/>")
    let bytes = zip.bytes
    let list = bytes.count - 22
    let listBytes = bytes[(list + 12)..<(list + 16)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    let listStart = UInt64(list) - listBytes
    var file = Array(bytes[..<list])
    let place = UInt64(file.count)
    file += number(0x0606_4B50, 4) + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 4) + number(0, 4)
    file += number(entries, 8) + number(entries, 8) + number(listBytes, 8) + number(listStart, 8)
    file += number(0x0706_4B50, 4) + number(0, 4) + number(place, 8) + number(1, 4)
    file += number(0x0605_4B50, 4) + number(0, 4) + number(0xFFFF, 2) + number(0xFFFF, 2)
    return file + number(0xFFFF_FFFF, 4) + number(0xFFFF_FFFF, 4) + number(0, 2)
  }
}
