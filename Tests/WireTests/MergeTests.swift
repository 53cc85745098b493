import Model
import Testing
import Wire

/// The merge rules of the protocol sheet, sections 3.2 to 3.5, one test each.
@Suite struct MergeTests {
  private static let tag: JSONValue = "A1B2C3D4E5F60718"
  private static let noTag: JSONValue = "0000000000000000"

  private static func tray(_ id: Int64, type: String = "PLA", tag: JSONValue = Self.tag) -> JSONValue {
    [
      "id": .int(id), "tray_type": .string(type), "tray_color": "112233FF", "tray_info_idx": "GFA00", "remain": 50,
      "tag_uid": tag, "tray_uuid": tag, "nozzle_temp_min": "190", "nozzle_temp_max": "230",
    ]
  }

  private func machine(_ serial: String = "01P00A000000001") throws -> ReportState {
    var state = try ReportState(serial)
    state.apply(full: [
      "gcode_state": "RUNNING", "mc_percent": 10, "layer_num": 5, "total_layer_num": 90, "subtask_id": "7",
      "nozzle_temper": 200.5, "bed_temper": 60, "sdcard": true, "home_flag": 256,
      "lights_report": [["node": "chamber_light", "mode": "on"], ["node": "work_light", "mode": "flashing"]],
      "ams": [
        "ams": [
          ["id": "0", "humidity": "4", "temp": "25.0", "tray": [Self.tray(0), Self.tray(1)]],
          ["id": "1", "humidity": "3", "temp": "26.0", "tray": [Self.tray(0), Self.tray(1)]],
        ], "tray_exist_bits": "33", "ams_exist_bits": "3", "tray_now": "0", "power_on_flag": false,
      ],
    ])
    return state
  }

  @Test("A key that is absent, or null, is unchanged")
  func absent() throws {
    var state = try machine()
    let before = state.report
    state.apply(partial: ["wifi_signal": .null, "mc_percent": .null, "ams": .null, "hms": .null])
    #expect(state.report == before)
  }

  @Test("One bad field costs itself only")
  func badField() throws {
    var state = try machine()
    let outcome = state.apply(partial: ["mc_percent": ["what": 1], "layer_num": "6", "bed_temper": "hot"])
    guard case .status(isFull: false) = outcome else { return #expect(Bool(false), "\(outcome)") }
    #expect(state.report.job.progress == 10)
    #expect(state.report.job.layer == 6)
    #expect(state.report.bed.temperature == 60)
  }

  @Test("Numbers may be texts and texts numbers; what is out of range is not taken")
  func oddTypes() throws {
    var state = try machine()
    state.apply(partial: ["mc_percent": "11", "mc_remaining_time": 7.0, "task_id": 99, "nozzle_temper": "201.25"])
    #expect(state.report.job.progress == 11)
    #expect(state.report.job.remainingMinutes == 7)
    #expect(state.report.job.taskID == "99")
    #expect(state.report.nozzles.first?.heater.temperature == 201.25)
    state.apply(partial: ["mc_percent": 101, "mc_remaining_time": 1e300, "layer_num": -1, "nozzle_temper": 1e9])
    #expect(state.report.job.progress == 11)
    #expect(state.report.job.remainingMinutes == 7)
    #expect(state.report.nozzles.first?.heater.temperature == 201.25)
  }

  @Test("A text that is too long replaces the old one, cut between two characters")
  func longTexts() throws {
    var state = try machine()
    state.apply(partial: ["subtask_name": "Benchy", "gcode_file": "benchy.3mf", "print_type": "local"])
    let name = String(repeating: "打", count: 200)
    state.apply(partial: [
      "subtask_name": .string(name), "gcode_file": .string(String(repeating: "é👨‍👩‍👧", count: 100)),
      "print_type": .string(String(repeating: "x", count: 65)),
    ])
    #expect(state.report.job.taskName == String(name.prefix(170)))
    #expect(state.report.job.file == String(repeating: "é👨‍👩‍👧", count: 25) + "é")
    #expect(state.report.job.printType == String(repeating: "x", count: 64))
  }

  @Test("A negative target is none")
  func negativeTarget() throws {
    var state = try machine()
    state.apply(partial: ["bed_target_temper": 60, "nozzle_target_temper": 220])
    state.apply(partial: ["bed_target_temper": -1, "nozzle_target_temper": -1])
    #expect(state.report.bed.target == 0)
    #expect(state.report.nozzles.first?.heater.target == 0)
  }

  @Test("Of the hotends in a rack the one that the extruder holds is shown")
  func hotendInRack() throws {
    var state = try ReportState("31B00A000000001")
    state.apply(full: [
      "device": [
        "extruder": ["state": 2, "info": [["id": 0, "hnow": 17], ["id": 1, "hnow": 1]]],
        "nozzle": [
          "info": [
            ["id": 0, "diameter": 0.4, "type": "HS00"], ["id": 1, "diameter": 0.6], ["id": 17, "diameter": 0.8],
          ]
        ],
      ]
    ])
    #expect(state.report.nozzles.map(\.diameter) == [0.8, 0.6])
    state.apply(partial: ["device": ["extruder": ["info": [["id": 0, "hnow": 0]]]]])
    #expect(state.report.nozzles.map(\.diameter) == [0.4, 0.6])
  }

  @Test("One nozzle has one external spool, whatever its number in either place")
  func externalSpool() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["tray_now": "254"]])
    #expect(state.report.activeTray == .external(id: 254))
    state.apply(partial: ["vir_slot": [["id": "255", "tray_type": "PLA"]]])
    #expect(state.report.externalSpools.map(\.id) == [255])
    #expect(state.report.activeTray == .external(id: 255))
  }

  @Test("Units and trays merge by id, whether the id is a number or a text")
  func unitsById() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["ams": [["id": 1, "tray": [["id": 1, "remain": 12]]]]]])
    #expect(state.report.ams.map(\.id) == [0, 1])
    #expect(state.report.ams[1].trays.map(\.remaining) == [50, 12])
    #expect(state.report.ams[1].humidityLevel == 3)
    #expect(state.report.ams[0].trays.map(\.remaining) == [50, 50])
  }

  @Test("An ams object without its list changes only what it has")
  func amsWithoutList() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["tray_now": "5"]])
    #expect(state.report.activeTray == .ams(unit: 1, slot: 1))
    #expect(state.report.ams[1].trays[1].isActive)
    #expect(state.report.ams.flatMap(\.trays).filter(\.isActive).count == 1)
    #expect(state.report.ams[0].trays[0].type == "PLA")
  }

  @Test("A tray with nothing but its id, and perhaps a state, has lost its filament")
  func bareTray() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["ams": [["id": "0", "tray": [["id": "0"], ["id": "1", "state": 10]]]]]])
    #expect(state.report.ams[0].trays.map(\.type) == [nil, nil])
    #expect(state.report.ams[0].trays.map(\.hasRFID) == [false, false])
    #expect(state.report.ams[1].trays.map(\.type) == ["PLA", "PLA"])
  }

  @Test("A cleared presence bit clears the tray; it comes back empty")
  func presenceBits() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["tray_exist_bits": "32"]])
    #expect(!state.report.ams[0].trays[0].isPresent)
    #expect(state.report.ams[0].trays[0].color == nil)
    state.apply(partial: ["ams": ["tray_exist_bits": "33"]])
    #expect(state.report.ams[0].trays[0].isPresent)
    #expect(state.report.ams[0].trays[0].type == nil)
  }

  @Test("An empty type clears colour, ids and remainder")
  func emptyType() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["ams": [["id": 0, "tray": [["id": 0, "tray_type": ""]]]]]])
    let tray = state.report.ams[0].trays[0]
    #expect(tray.type == nil && tray.color == nil && tray.filamentID == nil && tray.remaining == nil && !tray.hasRFID)
  }

  @Test("No bits with the power off is an AMS that sleeps: its trays stay")
  func poweringDown() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["tray_exist_bits": "0", "power_on_flag": false]])
    #expect(state.report.ams[0].trays.map(\.isPresent) == [true, true])
    state.apply(partial: ["ams": ["tray_exist_bits": "0", "power_on_flag": true, "ams_exist_bits": "3"]])
    #expect(state.report.ams[0].trays.map(\.isPresent) == [false, false])
  }

  @Test("Zero tags in a partial do not erase a known RFID; another spool does")
  func tags() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["ams": [["id": 0, "tray": [["id": 0, "tag_uid": Self.noTag, "remain": 49]]]]]])
    #expect(state.report.ams[0].trays[0].hasRFID)
    state.apply(partial: ["ams": ["ams": [["id": 0, "tray": [Self.tray(0, type: "PETG", tag: Self.noTag)]]]]])
    #expect(!state.report.ams[0].trays[0].hasRFID)
  }

  @Test("A remainder of -1 is unknown")
  func remainder() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["ams": [["id": 0, "tray": [["id": 0, "remain": -1]]]]]])
    #expect(state.report.ams[0].trays[0].remaining == nil)
  }

  @Test("What a unit says before it has measured is not taken")
  func startUpJunk() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["ams": [["id": 0, "humidity": "9", "humidity_raw": "255", "temp": "-273.0"]]]])
    #expect(state.report.ams[0].humidityLevel == 4)
    #expect(state.report.ams[0].humidity == nil)
    #expect(state.report.ams[0].temperature == 25)
  }

  @Test("A full report lists all units: others are gone. A partial one does not")
  func inventory() throws {
    var state = try machine()
    state.apply(partial: ["ams": ["ams": [["id": "0", "humidity": "5"]]]])
    #expect(state.report.ams.map(\.id) == [0, 1])
    state.apply(full: ["ams": ["ams": [["id": "0", "humidity": "5"]]]])
    #expect(state.report.ams.map(\.id) == [0])
    #expect(state.report.bed.temperature == 60, "a full report that lacks a key leaves it alone")
  }

  @Test("Faults replace as a whole, and an empty list clears")
  func faults() throws {
    var state = try machine()
    state.apply(partial: ["hms": [["attr": 50_331_904, "code": 65543], ["attr": "junk"], 5]])
    #expect(state.report.hms.count == 1)
    state.apply(partial: ["mc_percent": 12])
    #expect(state.report.hms.count == 1)
    state.apply(partial: ["hms": []])
    #expect(state.report.hms.isEmpty)
  }

  @Test("print_error 0 clears, and a phase marker is no error")
  func printError() throws {
    var state = try machine()
    state.apply(partial: ["print_error": 50_348_044])
    state.apply(partial: ["mc_percent": 12])
    #expect(state.report.printError?.text == "0300_400C")
    state.apply(partial: ["print_error": 0])
    #expect(state.report.printError == nil)
    state.apply(partial: ["print_error": 0x0300_0001])
    #expect(state.report.printError == nil)
  }

  @Test("Lights merge by node")
  func lights() throws {
    var state = try machine()
    state.apply(partial: ["lights_report": [["node": "chamber_light", "mode": "off"]]])
    #expect(state.report.lights.map(\.node) == ["chamber_light", "work_light"])
    #expect(state.report.lights.map(\.mode) == ["off", "flashing"])
  }

  @Test("No total of layers at the end of a job does not hide the known one; a new job does")
  func totalLayers() throws {
    var state = try machine()
    state.apply(partial: ["total_layer_num": 0])
    state.apply(partial: ["gcode_state": "FINISH", "total_layer_num": 0])
    state.apply(full: ["gcode_state": "IDLE", "total_layer_num": 0])
    #expect(state.report.job.totalLayers == 90)
    state.apply(partial: ["gcode_state": "PREPARE", "total_layer_num": 0])
    #expect(state.report.job.totalLayers == 0)
  }

  @Test("A card does not flap when a heartbeat's flags are clear")
  func card() throws {
    var state = try machine()
    state.apply(json: ["print": ["home_flag": 0]])
    #expect(state.report.sdcard == .normal)
    state.apply(partial: ["sdcard": false])
    #expect(state.report.sdcard == .missing)
    state.apply(partial: ["sdcard": "HAS_SDCARD_NORMAL"])
    #expect(state.report.sdcard == .normal)
    state.apply(partial: ["home_flag": 0x200])
    #expect(state.report.sdcard == .abnormal)
    state.apply(full: ["home_flag": 0])
    #expect(state.report.sdcard == .missing)
  }

  @Test("A printer that idles says stage 0 on P1 and A1, and keeps the last stage elsewhere: both are idle")
  func idleStage() throws {
    var state = try machine()
    state.apply(partial: ["stg_cur": 0])
    #expect(state.report.stage == PrintStage(id: 0, name: "printing"))
    state.apply(partial: ["stg_cur": 123])
    #expect(state.report.stage?.name == "unknown (123)")
    state.apply(partial: ["gcode_state": "IDLE", "print_type": "idle", "stg_cur": 0])
    #expect(state.report.stage == PrintStage(id: 255, name: "idle"))
    var other = try machine("09400A000000001")
    other.apply(partial: ["gcode_state": "FINISH", "stg_cur": 0])
    #expect(other.report.stage == PrintStage(id: -1, name: "idle"))
  }

  @Test("A new session forgets completeness and keeps the rest")
  func session() throws {
    var state = try machine()
    #expect(state.report.isComplete)
    state.beginSession()
    #expect(!state.report.isComplete)
    #expect(state.report.job.progress == 10)
    state.apply(partial: ["mc_percent": 11])
    #expect(!state.report.isComplete)
    state.apply(full: [:])
    #expect(state.report.isComplete)
  }

  @Test("Parts of a status at the top level are merged")
  func looseForms() throws {
    var state = try machine()
    state.apply(json: ["ams": ["tray_now": "255"]])
    #expect(state.report.activeTray == nil)
    state.apply(json: ["wifi_signal": "-61dBm"])
    #expect(state.report.wifiSignal == -61)
    state.apply(json: ["3D": ["layer_num": 6, "total_layer_num": 91]])
    #expect(state.report.job.layer == 6 && state.report.job.totalLayers == 91)
    guard case .other = state.apply(json: ["xcam": ["cfg": 1]]) else { return #expect(Bool(false)) }
    guard case .other = state.apply(json: ["event": ["event": "client.connected"]]) else {
      return #expect(Bool(false))
    }
  }

  @Test("Replies to commands are acknowledgements and change nothing")
  func acknowledgements() throws {
    var state = try machine()
    let before = state.report
    let reply: JSONValue = [
      "print": [
        "command": "extrusion_cali_get", "sequence_id": "41", "nozzle_diameter": "0.8", "result": "SUCCESS",
        "reason": "",
      ]
    ]
    guard case .acknowledgement(let good) = state.apply(json: reply) else { return #expect(Bool(false)) }
    #expect(good.group == "print" && good.command == "extrusion_cali_get" && good.sequenceID == "41")
    #expect(good.result == .success && good.reason == nil)
    let refusal: JSONValue = [
      "print": [
        "command": "project_file", "sequence_id": 42, "result": "fail", "reason": "mqtt message verify failed",
        "err_code": 84_033_543,
      ]
    ]
    guard case .acknowledgement(let bad) = state.apply(json: refusal) else { return #expect(Bool(false)) }
    #expect(bad.result == .failed && bad.sequenceID == "42" && bad.errorCode == 84_033_543 && bad.isSignatureRefusal)
    // The code alone says it, too.
    let coded: JSONValue = ["print": ["command": "pause", "sequence_id": "43", "err_code": "84033545"]]
    guard case .acknowledgement(let wordless) = state.apply(json: coded) else { return #expect(Bool(false)) }
    #expect(wordless.result == .absent && wordless.isSignatureRefusal)
    guard case .acknowledgement(let bare) = state.apply(json: ["system": ["command": "ledctrl"]]) else {
      return #expect(Bool(false))
    }
    #expect(bare.group == "system" && bare.result == .absent && bare.sequenceID == nil)
    #expect(state.report == before)
  }

  @Test("Padding, a byte order mark and broken UTF-8 do not cost a message")
  func padding() throws {
    var state = try machine()
    let text =
      Array(#"{"print":{"subtask_name":"a"#.utf8) + [0xFF] + Array(#"b","mc_percent":nan,"layer_num":8}}"#.utf8)
    state.apply(bytes: [0xEF, 0xBB, 0xBF, 0x20] + text + [0x0A, 0, 0])
    #expect(state.report.job.taskName == "a\u{FFFD}b")
    #expect(state.report.job.layer == 8)
  }

  @Test("What is no message is rejected, and the state is as before")
  func rejected() throws {
    var state = try machine()
    let before = state.report
    for text in [
      "", "\0", "null", "[]", "\"print\"", "{\"print\":{\"layer_num\":9}", String(repeating: "[", count: 9999),
    ] {
      guard case .rejected = state.apply(text: text) else {
        Issue.record("\(text.prefix(20)) was taken")
        continue
      }
    }
    guard case .rejected(.tooLarge) = state.apply(bytes: Array(repeating: 0x20, count: (1 << 20) + 1)) else {
      return #expect(Bool(false))
    }
    #expect(state.report == before)
  }

  @Test("An incomplete get_version does not lose what is known, and says that it is one")
  func incompleteVersion() throws {
    var state = try machine()
    let unit: JSONValue = ["name": "n3f/0", "sn": "PRO0", "sw_ver": "1.2"]
    guard
      case .version(isComplete: true) = state.apply(json: [
        "info": ["command": "get_version", "module": [["name": "ota", "sw_ver": "01.02"], unit]]
      ])
    else { return #expect(Bool(false)) }
    guard
      case .version(isComplete: false) = state.apply(json: [
        "info": ["command": "get_version", "module": [["name": "ams/1", "sn": ""], ["name": "mc", "sw_ver": "5"]]]
      ])
    else { return #expect(Bool(false)) }
    #expect(state.report.firmware == "01.02")
    #expect(state.report.ams.map(\.kind) == [.pro2, .unknown])
    #expect(state.report.ams[0].serial == "PRO0" && state.report.ams[0].firmware == "1.2")
  }
}
