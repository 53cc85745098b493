import Model
import TestKit
import Testing
import Wire

/// Whatever arrives, nothing traps, the report stays in its ranges and the state does not grow.
@Suite struct HostileReportTests {
  private func expectSound(_ state: ReportState, _ comment: @autoclosure () -> String = "") {
    let violations = ReportInvariants.violations(of: state.report)
    #expect(violations.isEmpty, "\(violations) \(comment())")
  }

  @Test("Every field of every own report may have any type and any number", arguments: PrinterModel.allCases)
  func wrongTypes(_ model: PrinterModel) throws {
    let odd: [JSONValue] = [
      nil, true, -1, 0, .int(.max), .int(.min), 4_294_967_295, 4_294_967_296, -2_147_483_649, 1e308, -1e308, 0.5, "",
      "-", "0x", "FFFFFFFFFFFFFFFFFFFF", "99999999999999999999", "1e400", "nan", "ünï", [], [nil], [[1]], [[:]], [:],
      ["id": 1], .string(String(repeating: "9", count: 5000)),
    ]
    for line in try TestFiles.lines("\(TestFiles.ownReports)/\(model.rawValue.lowercased()).jsonl") {
      let message = try JSONParser.parse(line, limits: JSONParser.Limits(bytes: 1 << 20))
      var paths: [[Step]] = []
      Self.collect(message, [], &paths)
      // A few values for each field, in turn, keep the suite fast; the fuzzer does the rest.
      for (index, path) in paths.enumerated() {
        for (offset, value) in odd.enumerated()
        where (index + offset) % 13 == 0 || (path.count <= 2 && (index + offset) % 4 == 0) {
          var state = try ReportState("094000000000001", model: model)
          state.apply(json: Self.replacing(message, path[...], value))
          expectSound(state, "\(path) = \(value)")
        }
      }
    }
  }

  @Test("Truncated at every byte, a report is rejected and changes nothing")
  func truncated() throws {
    for model in [PrinterModel.x1, .p1p] {
      for line in try TestFiles.lines("\(TestFiles.ownReports)/\(model.rawValue.lowercased()).jsonl") {
        var state = try ReportState("094000000000001", model: model)
        let before = state.report
        for end in 0..<line.count {
          guard case .rejected = state.apply(bytes: Array(line[..<end])) else {
            Issue.record("\(end) bytes were taken")
            return
          }
        }
        #expect(state.report == before)
      }
    }
  }

  @Test("Random damage to own reports, with a fixed seed", arguments: PrinterModel.allCases)
  func damaged(_ model: PrinterModel) throws {
    var random = SplitMix(state: UInt64(model.rawValue.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }))
    let lines = try TestFiles.ownMessages()
    var state = try ReportState("094000000000001", model: model)
    for _ in 0..<150 {
      var line = lines[Int(random.next() % UInt64(lines.count))]
      for _ in 0..<(random.next() % 8) {
        let at = Int(random.next() % UInt64(line.count))
        switch random.next() % 4 {
        case 0: line[at] = UInt8(truncatingIfNeeded: random.next())
        case 1: line.remove(at: at)
        case 2: line.insert(contentsOf: Array("9".utf8), at: at)
        default: line[at] = Array("0123456789-\"[]{}:,e.".utf8)[Int(random.next() % 20)]
        }
        if line.isEmpty { break }
      }
      state.apply(bytes: line)
      expectSound(state)
    }
  }

  @Test("Depth 10,000 and 10 MB are rejected")
  func large() throws {
    var state = try ReportState("094000000000001")
    for opening in ["[", "{\"print\":", "{\"print\":{\"device\":["] {
      guard case .rejected = state.apply(text: String(repeating: opening, count: 10_000)) else {
        Issue.record("\(opening) was taken")
        continue
      }
    }
    guard case .rejected(.tooLarge) = state.apply(bytes: Array(repeating: 0x5B, count: 10 << 20)) else {
      return #expect(Bool(false))
    }
  }

  @Test("A printer that invents units, slots, nozzles, lights, faults and names does not grow the state")
  func bounded() throws {
    var state = try ReportState("094000000000001")
    let long = JSONValue.string(String(repeating: "x", count: 2000))
    for round in 0..<6 {
      let ids = (0..<200).map { JSONValue.int(Int64(($0 + round * 7) % 256)) }
      let units = ids.map { id -> JSONValue in
        ["id": id, "tray": .array(ids.prefix(20).map { ["id": $0, "tray_type": long, "tray_color": long] })]
      }
      let list = JSONValue.array(
        ids.map { ["id": $0, "diameter": 0.4, "type": long, "temp": 1, "snow": 1, "state": 1] })
      state.apply(partial: [
        "ams": ["ams": .array(units)], "vir_slot": list, "subtask_name": long, "gcode_file": long, "s_obj": .array(ids),
        "device": ["extruder": ["info": list], "nozzle": ["info": list], "airduct": ["parts": list]],
        "lights_report": .array((0..<50).map { ["node": .string("light\($0 + round)"), "mode": "on"] }),
        "hms": .array((1..<500).map { ["attr": .int(Int64($0)), "code": .int(Int64($0))] }), "unknown": long,
        "mapping": .array(ids), "ipcam": ["rtsp_url": long, "timelapse": long], "nozzle_type": long,
      ])
      expectSound(state)
    }
  }

  @Test("The members of a hostile top level do not shadow the status")
  func manyKeys() throws {
    var members: [String: JSONValue] = ["print": ["mc_percent": 5]]
    for number in 0..<20_000 { members["k\(number)"] = .int(Int64(number)) }
    var state = try ReportState("094000000000001")
    state.apply(json: .object(members))
    #expect(state.report.job.progress == 5)
    guard case .rejected = state.apply(json: ["a": .array(Array(repeating: [:], count: 100_000))]) else {
      return #expect(Bool(false), "100,000 values are more than any report has")
    }
  }

  // MARK: Walking a message

  private enum Step {
    case key(String)
    case index(Int)
  }

  private static func collect(_ value: JSONValue, _ path: [Step], _ paths: inout [[Step]]) {
    if !path.isEmpty { paths.append(path) }
    switch value {
    case .object(let members):
      for key in members.keys.sorted() { collect(members[key] ?? nil, path + [.key(key)], &paths) }
    case .array(let elements):
      for (index, element) in elements.enumerated() { collect(element, path + [.index(index)], &paths) }
    default: break
    }
  }

  private static func replacing(_ value: JSONValue, _ path: ArraySlice<Step>, _ new: JSONValue) -> JSONValue {
    guard let step = path.first else { return new }
    switch (step, value) {
    case (.key(let key), .object(var members)):
      members[key] = replacing(members[key] ?? nil, path.dropFirst(), new)
      return .object(members)
    case (.index(let index), .array(var elements)):
      elements[index] = replacing(elements[index], path.dropFirst(), new)
      return .array(elements)
    default: return value
    }
  }
}

/// A small generator with a seed, so that a failure repeats.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
