import Model
import Testing
import Wire

/// Which messages show the whole printer (protocol sheet, section 3.2).
@Suite struct FullnessTests {
  private func outcome(_ json: JSONValue) throws -> Bool {
    var state = try ReportState("09400A000000001")
    guard case .status(let isFull) = state.apply(json: json) else { return false }
    #expect(state.report.isComplete == isFull)
    return isFull
  }

  /// A status without `msg` with so many members more.
  private static func status(padding: Int, _ members: [String: JSONValue]) -> JSONValue {
    var members = members
    members["command"] = "push_status"
    for number in 0..<padding { members["key\(number)"] = 0 }
    return ["print": .object(members)]
  }

  @Test("msg 0 is full and 1 is not, be they numbers or texts")
  func byNumber() throws {
    #expect(try outcome(["print": ["command": "push_status", "msg": 0, "gcode_state": "IDLE"]]))
    #expect(try outcome(["print": ["command": "push_status", "msg": "0", "gcode_state": "IDLE"]]))
    #expect(try !outcome(["print": ["command": "push_status", "msg": 1, "gcode_state": "IDLE"]]))
    #expect(try !outcome(["print": ["command": "push_status", "msg": 0, "wifi_signal": "-50dBm"]]))
  }

  @Test("Without msg a message is full that names itself and has many members, or those that matter")
  func byContent() throws {
    #expect(try !outcome(["print": ["home_flag": 0]]))
    #expect(try !outcome(["print": ["command": "push_status", "gcode_state": "IDLE"]]))
    #expect(try outcome(Self.status(padding: 20, ["gcode_state": "IDLE"])))
    let gist: [String: JSONValue] = [
      "gcode_state": "RUNNING", "mc_percent": 42, "nozzle_temper": 220, "bed_temper": 60,
    ]
    #expect(try outcome(Self.status(padding: 0, gist)))
  }

  @Test("A partial that lacks msg, however large, does not cost what it does not list")
  func largePartial() throws {
    let units: JSONValue = ["ams": [["id": "0"], ["id": "1"]]]
    let one: JSONValue = ["ams": [["id": "0", "humidity": "3"]]]
    var state = try ReportState("01P00A000000001")
    state.apply(full: ["ams": units])
    state.apply(json: Self.status(padding: 20, ["gcode_state": "RUNNING", "ams": one]))
    #expect(state.report.ams.map(\.id) == [0, 1])
    // As many members as real full reports have.
    state.apply(json: Self.status(padding: 60, ["gcode_state": "RUNNING", "ams": one]))
    #expect(state.report.ams.map(\.id) == [0])
  }

  @Test("The state may come apart from the rest, before it or after it")
  func stateApart() throws {
    var rest: [String: JSONValue] = ["command": "push_status", "msg": 0, "mc_percent": 5]
    for number in 0..<20 { rest["key\(number)"] = 0 }
    var state = try ReportState("01P00A000000001")
    state.apply(json: ["print": .object(rest)])
    #expect(!state.report.isComplete)
    state.apply(partial: ["gcode_state": "RUNNING"])
    #expect(state.report.isComplete && state.report.gcodeState == .running)
    state.beginSession()
    state.apply(partial: ["gcode_state": "RUNNING"])
    #expect(!state.report.isComplete)
    state.apply(json: ["print": .object(rest)])
    #expect(state.report.isComplete)
  }

  @Test(
    "No state, an empty one or an unknown word makes it unknown; null and other types leave it",
    arguments: [
      ("UNKNOWN", true), ("INIT", true), ("OFFLINE", true), ("", true), ("PURGING", true), (.null, false), (7, false),
    ] as [(JSONValue, Bool)])
  func unknownState(word: JSONValue, isUnknown: Bool) throws {
    var state = try ReportState("01P00A000000001")
    state.apply(full: ["gcode_state": "RUNNING"])
    state.apply(partial: ["gcode_state": word])
    #expect(state.report.gcodeState == (isUnknown ? nil : .running))
    state.apply(partial: ["gcode_state": "running"])
    #expect(state.report.gcodeState == .running)
  }
}
