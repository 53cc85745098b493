import Model
import Testing
import Wire

/// The test vectors of the protocol sheet, section 9, through whole messages.
@Suite struct VectorTests {
  @Test(
    "Packed temperatures hold the current one low and the target high",
    arguments: [(14_745_864, 264.0, 225.0), (6_553_700, 100, 100), (26, 26, 0), (3_932_208, 48, 60)])
  func packedTemperature(_ word: Int64, _ now: Double, _ target: Double) throws {
    var state = try ReportState("09400A000000001")
    state.apply(partial: ["device": ["extruder": ["info": [["id": 0, "temp": .int(word)]]]]])
    #expect(state.report.nozzles.first?.heater == Heater(temperature: now, target: target))
  }

  @Test(
    "HMS entries become codes with their severity, from numbers and from texts of both radixes",
    arguments: [
      (50_331_904, 65543, "0300_0100_0001_0007", HMSCode.Severity.fatal),
      (117_440_768, 131_088, "0700_0100_0002_0010", .serious),
      (134_180_864, 131_075, "07FF_7000_0002_0003", .serious),
      (83_887_360, 65543, "0500_0500_0001_0007", .fatal),
      (201_327_104, 196_622, "0C00_0200_0003_000E", .common),
    ] as [(UInt32, UInt32, String, HMSCode.Severity)])
  func hms(_ attribute: UInt32, _ code: UInt32, _ text: String, _ severity: HMSCode.Severity) throws {
    let hex = { (word: UInt32) in String(word, radix: 16) }
    let forms: [(JSONValue, JSONValue)] = [
      (.int(Int64(attribute)), .int(Int64(code))),
      (.int(Int64(Int32(bitPattern: attribute))), .int(Int64(code))),
      (.string(String(attribute)), .string(String(code))),
      (.string("0x" + hex(attribute)), .string("0x" + hex(code))),
      (.string(hex(attribute)), .string(hex(code))),
      (.string(String(repeating: "0", count: 8 - hex(attribute).count) + hex(attribute)), .string("000" + hex(code))),
    ]
    for form in forms {
      var state = try ReportState("00M00A000000001")
      state.apply(partial: ["hms": [["attr": form.0, "code": form.1]]])
      #expect(state.report.hms.map(\.text) == [text], "\(form)")
      #expect(state.report.hms.first?.severity == severity)
    }
  }

  @Test(
    "print_error becomes two padded groups",
    arguments: [
      (50_348_044, "0300_400C", true), (117_473_286, "0700_8006", false), (402_685_972, "1800_8014", false),
    ] as [(Int64, String, Bool)])
  func printError(_ word: Int64, _ text: String, _ isCancellation: Bool) throws {
    for form: JSONValue in [.int(word), .string(String(word)), .string(text)] {
      var state = try ReportState("00M00A000000001")
      state.apply(partial: ["print_error": form])
      #expect(state.report.printError?.text == text)
      #expect(state.report.printError?.isCancellation == isCancellation)
    }
  }

  @Test(
    "snow tells unit and slot",
    arguments: [
      (258, ActiveTray.ams(unit: 1, slot: 2)), (32768, .ams(unit: 128, slot: 0)), (65280, .external(id: 255)),
      (65024, .external(id: 254)), (65279, nil), (65535, nil), (1, .ams(unit: 0, slot: 1)),
    ] as [(Int64, ActiveTray?)])
  func snow(_ word: Int64, _ tray: ActiveTray?) throws {
    var state = try ReportState("09300A000000001")
    state.apply(partial: ["device": ["extruder": ["info": [["id": 0, "snow": .int(word)]]]], "ams": ["tray_now": "3"]])
    #expect(state.report.activeTray == tray)
  }

  @Test("extruder.state tells the active one", arguments: [(2, 0), (274, 1), (4370, 1), (0x8112, 1)] as [(Int64, Int)])
  func extruderState(_ word: Int64, _ active: Int) throws {
    var state = try ReportState("09400A000000001")
    state.apply(partial: ["device": ["extruder": ["state": .int(word), "info": [["id": 0], ["id": 1]]]]])
    #expect(state.report.activeNozzle == active)
    #expect(state.report.nozzles.map(\.isActive) == [active == 0, active == 1])
  }

  @Test(
    "Bit 23 of stat is the door",
    arguments: [("16382180F0", false), ("46A58008", true), ("46258008", false)])
  func door(_ stat: String, _ isOpen: Bool) throws {
    var state = try ReportState("09400A000000001")
    state.apply(partial: ["stat": .string(stat), "home_flag": 0])
    #expect(state.report.doorOpen == isOpen)
  }

  @Test("Bit 23 of home_flag is the door of an X1", arguments: [(-1_066_934_785, false), (-1_058_546_177, true)])
  func doorOfX1(_ flags: Int64, _ isOpen: Bool) throws {
    var state = try ReportState("00M00A000000001")
    state.apply(partial: ["home_flag": .int(flags), "stat": isOpen ? "0" : "800000"])
    #expect(state.report.doorOpen == isOpen)
  }

  @Test(
    "Bit 29 of fun asks for signatures, at both levels", arguments: [("3EC1AFFF9CFF", true), ("3EC18FFF9CFF", false)])
  func signature(_ fun: String, _ isNeeded: Bool) throws {
    for message: JSONValue in [["print": ["fun": .string(fun)]], ["fun": .string(fun)]] {
      var state = try ReportState("00M00A000000001")
      #expect(state.report.needsSignature == nil)
      state.apply(json: message)
      #expect(state.report.needsSignature == isNeeded)
    }
  }

  @Test("The first octet of an address is in the lowest byte; zero is no address")
  func address() throws {
    var state = try ReportState("00M00A000000001")
    state.apply(partial: ["net": ["info": [["ip": 0], ["ip": 372_418_752]]]])
    #expect(state.report.ipAddress == "192.168.50.22")
  }

  @Test("Fan speeds are linear", arguments: zip([0, 1, 2, 3, 4, 5, 15, 255], [0, 7, 13, 20, 27, 33, 100, 100]))
  func fans(_ raw: Int, _ percent: Int) throws {
    for form: JSONValue in [.string(String(raw)), .int(Int64(raw))] {
      var state = try ReportState("00M00A000000001")
      state.apply(partial: ["cooling_fan_speed": form])
      #expect(state.report.fans.part == percent)
    }
  }

  @Test("Air duct parts have their number in the upper bits and are percentages already")
  func airduct() throws {
    var state = try ReportState("22E00A000000001")
    state.apply(partial: ["device": ["airduct": ["modeCur": 0, "parts": [["id": 160, "state": 80]]]]])
    #expect(state.report.airduct == Airduct(mode: 0, parts: [Airduct.Part(id: 10, percent: 80)]))
  }

  @Test("Queries are written as the sheet has them")
  func queries() {
    #expect(
      String(decoding: StatusQuery.getVersion.payload(sequence: 7), as: UTF8.self)
        == #"{"info":{"sequence_id":"7","command":"get_version"}}"#)
    #expect(
      String(decoding: StatusQuery.pushAll.payload(sequence: .max), as: UTF8.self)
        == #"{"pushing":{"sequence_id":"4294967295","command":"pushall","version":1,"push_target":1}}"#)
    #expect(
      String(decoding: StatusQuery.startPushing.payload(sequence: 0), as: UTF8.self)
        == #"{"pushing":{"sequence_id":"0","command":"start"}}"#)
  }
}
