import FoundationEssentials
import Model
import Wire

/// Helpers to feed a state with JSON and to read files.
extension ReportState {
  init(_ serial: String, model: PrinterModel? = nil) throws {
    self.init(serial: try SerialNumber(serial), model: model)
  }

  @discardableResult
  mutating func apply(text: String) -> ReportOutcome { apply(bytes: Array(text.utf8)) }

  @discardableResult
  mutating func apply(bytes: [UInt8]) -> ReportOutcome { bytes.withUnsafeBytes { apply($0) } }

  @discardableResult
  mutating func apply(json: JSONValue) -> ReportOutcome {
    var writer = JSONWriter()
    writer.write(json)
    return apply(bytes: writer.bytes)
  }

  /// A partial status with these members.
  @discardableResult
  mutating func apply(partial members: [String: JSONValue]) -> ReportOutcome {
    var members = members
    members["command"] = "push_status"
    members["msg"] = 1
    return apply(json: ["print": .object(members)])
  }

  /// A full status with these members, on top of what makes it one.
  @discardableResult
  mutating func apply(full members: [String: JSONValue]) -> ReportOutcome {
    var members = members
    members["command"] = "push_status"
    members["msg"] = 0
    if members["gcode_state"] == nil { members["gcode_state"] = "IDLE" }
    return apply(json: ["print": .object(members)])
  }
}

enum TestFiles {
  static let fixtures = ProcessInfo.processInfo.environment["LAYERBERRY_FIXTURES"]

  /// Reports of our own making, one file for each model.
  static let ownReports = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(2)
    return parts.joined(separator: "/") + "/Corpora/reports"
  }()

  static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
  }

  static func json(_ path: String) throws -> JSONValue {
    let bytes = Array(try Data(contentsOf: URL(filePath: path)))
    return try JSONParser.parse(bytes, limits: JSONParser.Limits(bytes: 10 << 20))
  }

  static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

  /// The messages of a file of our own.
  static func lines(_ path: String) throws -> [[UInt8]] {
    try bytes(path).split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  /// All messages of all files of our own.
  static func ownMessages() throws -> [[UInt8]] {
    let names = try FileManager.default.contentsOfDirectory(atPath: ownReports).filter { $0.hasSuffix(".jsonl") }
    return try names.sorted().flatMap { try lines("\(ownReports)/\($0)") }
  }
}
