import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// The reports of our own making, replayed as the recordings are: each model's last status is the one that is written
/// down beside its reports. What they must show by the protocol sheet is in Wire's `OwnReportTests`; here the whole way
/// from the broker to the answer counts.
struct OwnReportTests {
  @Test("The reports of every model give the status beside them")
  func everyModelGivesItsStatus() async throws {
    let corpora = Recordings.corpora
    let names = try Recordings.names(in: "\(corpora)/reports", suffix: ".jsonl").map { String($0.dropLast(6)) }
    #expect(names.count == PrinterModel.allCases.count, "one file for each model")
    let folder = try TemporaryFolder()
    let recordings = try names.map { name in
      try folder.write(try Self.recording(of: "\(corpora)/reports/\(name).jsonl"), as: "\(name).json")
    }
    try await Stage.play(recordings.map { .replay($0) }) { stage in
      let ids = try stage.printers.map { try stage.add($0) }
      for (index, name) in names.enumerated() {
        let printer = stage.printers[index]
        try await stage.status(ids[index], "\(name) has reported") { ($0["firmware"] ?? .null) != .null }
        while printer.nextDelta() != nil {}
        printer.publishMark(-30 - index)
        let shown = try await stage.status(ids[index], "\(name) has reported everything") {
          $0["wifi_signal"] == .int(Int64(-30 - index))
        }
        let wanted = try Recordings.json("\(corpora)/expected/\(name).json")
        let differences = Self.differences(Self.lasting(shown), wanted, at: "")
        #expect(differences.isEmpty, "\(name): \(differences.joined(separator: "; "))")
      }
    }
  }

  /// The lines of a file as the simulator replays them: the answer to `get_version`, a full report, then the others.
  private static func recording(of path: String) throws -> String {
    let lines = try Recordings.bytes(path).split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
    try #require(lines.count >= 2)
    let deltas = lines.dropFirst(2).enumerated().map { "{\"name\":\"\($0.offset + 3)\",\"message\":\($0.element)}" }
    let version = try JSONParser.parse(lines[0].utf8, limits: .init(bytes: 1 << 20))
    let modules = version["info"]?["module"]?.array ?? []
    let serial = try #require(modules.first { $0["name"] == "ota" }?["sn"]?.string)
    return
      "{\"serial\":\"\(serial)\",\"get_version\":\(lines[0]),\"pushall\":\(lines[1]),\"deltas\":[\(deltas.joined(separator: ","))]}"
  }

  /// Without what depends on the moment, and on the mark.
  private static func lasting(_ status: JSONValue) -> JSONValue {
    var members = status.object ?? [:]
    members["last_update"] = nil
    members["wifi_signal"] = nil
    if var print = members["current_print"]?.object {
      print["started_at"] = nil
      members["current_print"] = .object(print)
    }
    return .object(members)
  }

  private static func differences(_ shown: JSONValue, _ wanted: JSONValue, at path: String) -> [String] {
    switch (shown, wanted) {
    case (.object(let left), .object(let right)):
      return Set(left.keys).union(right.keys).sorted().flatMap { key in
        differences(left[key] ?? "absent", right[key] ?? "absent", at: "\(path).\(key)")
      }
    case (.array(let left), .array(let right)) where left.count == right.count:
      return zip(left, right).enumerated().flatMap { differences($1.0, $1.1, at: "\(path)[\($0)]") }
    default: break
    }
    if let left = shown.number, let right = wanted.number, abs(left - right) < 0.001 { return [] }
    return shown == wanted ? [] : ["\(path): \(shown), expected \(wanted)"]
  }
}
