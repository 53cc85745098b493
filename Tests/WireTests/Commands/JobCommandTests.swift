import Model
import Testing
import Wire

@Suite struct JobCommandTests {
  static let rows = [
    CommandRow(.pause, #"{"print":{"sequence_id":"<n>","command":"pause","param":""}}"#),
    CommandRow(.resume, #"{"print":{"sequence_id":"<n>","command":"resume","param":""}}"#),
    CommandRow(.stop, #"{"print":{"sequence_id":"<n>","command":"stop","param":""}}"#),
    CommandRow(.speed(level: 2), #"{"print":{"sequence_id":"<n>","command":"print_speed","param":"2"}}"#),
    CommandRow(
      .skipObjects([206, 311]), #"{"print":{"sequence_id":"<n>","command":"skip_objects","obj_list":[206,311]}}"#),
    CommandRow(
      .gcodeFile("/mnt/sdcard/file.gcode"),
      #"{"print":{"sequence_id":"<n>","command":"gcode_file","param":"/mnt/sdcard/file.gcode"}}"#),
    CommandRow(.gcode(["G28", "M400"]), gcode(#"G28\nM400\n"#)),
    CommandRow(.clearError(nil, subtaskID: nil), #"{"print":{"sequence_id":"<n>","command":"clean_print_error"}}"#),
    CommandRow(
      .clearError(PrintErrorCode(rawValue: 0x0300_8004), subtaskID: "7"),
      #"{"print":{"sequence_id":"<n>","command":"clean_print_error","subtask_id":"7","print_error":50364420}}"#,
      #"{"system":{"command":"uiop","name":"print_error","action":"close","source":1,"type":"dialog","err":"03008004","sequence_id":"<n>"}}"#
    ),
    CommandRow(
      .ignoreError(PrintErrorCode(rawValue: 0x0500_8051), jobID: "7"),
      #"{"print":{"command":"ignore","err":"83918929","param":"reserve","job_id":"7","sequence_id":"<n>"}}"#),
    CommandRow(
      .dismissError(PrintErrorCode(rawValue: 0x0500_8051), isPermanent: false),
      #"{"print":{"command":"idle_ignore","err":"83918929","type":0,"sequence_id":"<n>"}}"#),
  ]

  @Test(arguments: rows) func theMessageIsThis(row: CommandRow) throws { try row.check() }

  @Test(arguments: [PrinterCommand.speed(level: 0), .speed(level: 5), .skipObjects([]), .gcodeFile(""), .gcode([])])
  func whatMakesNoSenseIsRefused(command: PrinterCommand) {
    #expect(throws: InvalidValue.self) { try command.payloads(for: CommandTarget(model: .x1c), sequence: 1) }
  }
}

@Suite struct ProjectFileTests {
  private func file(
    _ model: PrinterModel, mapping: [FilamentSource?], change: (inout ProjectFile) -> Void = { _ in }
  ) throws -> JSONValue {
    var file = ProjectFile(path: "Bracket.gcode.3mf", taskName: "Bracket", taskID: 4711, mapping: mapping)
    change(&file)
    let payloads = try PrinterCommand.projectFile(file).payloads(for: CommandTarget(model: model), sequence: 9)
    let payload = try #require(payloads.first)
    return try #require(try json(payload.bytes)["print"])
  }

  @Test func theWholeMessageIsThis() throws {
    let wanted = try json(
      #"""
      {"print":{"sequence_id":"9","command":"project_file","param":"Metadata/plate_1.gcode",
      "url":"ftp:///Bracket.gcode.3mf","file":"Bracket.gcode.3mf","md5":"","subtask_name":"Bracket",
      "project_id":"4711","profile_id":"0","task_id":"4711","subtask_id":"4711",
      "bed_type":"auto","timelapse":false,"bed_leveling":true,"auto_bed_leveling":1,"flow_cali":false,"extrude_cali_flag":2,
      "extrude_cali_manual_mode":0,"nozzle_offset_cali":0,"vibration_cali":true,"layer_inspect":false,
      "use_ams":true,"ams_mapping":[0,5],"ams_mapping2":[{"ams_id":0,"slot_id":0},{"ams_id":1,"slot_id":1}],"cfg":"0"}}
      """#)
    #expect(try file(.x1c, mapping: [.ams(unit: 0, slot: 0), .ams(unit: 1, slot: 1)]) == wanted["print"])
  }

  @Test func externalSpoolsAreNeverInTheMapping() throws {
    let single = try file(.p1s, mapping: [.external(id: 254)])
    #expect(single["use_ams"] == false && single["ams_mapping"] == [-1])
    #expect(single["ams_mapping2"] == [["ams_id": 255, "slot_id": 0]])
    let dual = try file(.h2d, mapping: [.external(id: 254), nil, .external(id: 255), .ams(unit: 128, slot: 0)])
    #expect(dual["use_ams"] == true && dual["ams_mapping"] == [-1, -1, -1, 128])
    #expect(
      dual["ams_mapping2"] == [
        ["ams_id": 254, "slot_id": 0], ["ams_id": 255, "slot_id": 255], ["ams_id": 255, "slot_id": 0],
        ["ams_id": 128, "slot_id": 0],
      ])
  }

  @Test func theA2LCountsItsSlotsFromZero() throws {
    let print = try file(.a2l, mapping: [.ams(unit: 16, slot: 2)])
    #expect(print["ams_mapping"] == [2] && print["ams_mapping2"] == [["ams_id": 16, "slot_id": 2]])
  }

  @Test func modelsGetOnlyWhatTheyHave() throws {
    #expect(try file(.p2s, mapping: [])["vibration_cali"] == false)
    #expect(try file(.p1s, mapping: []) { $0.nozzleOffset = .automatic }["nozzle_offset_cali"] == 0)
    #expect(try file(.h2d, mapping: []) { $0.nozzleOffset = .automatic }["nozzle_offset_cali"] == 2)
    #expect(try file(.h2d, mapping: []) { $0.nozzleMapping = [16] }["nozzle_mapping"] == nil)
    #expect(try file(.h2c, mapping: []) { $0.nozzleMapping = [16] }["nozzle_mapping"] == [16])
  }

  @Test func optionsBecomeBooleansAndTheirCompanions() throws {
    let off = try file(.x1c, mapping: [.ams(unit: 0, slot: 0)]) {
      $0.bedLeveling = .off
      $0.flowCalibration = .off
      $0.usesAMS = false
      $0.timelapse = true
      $0.plate = 3
      $0.path = "cache/Box.3mf"
    }
    #expect(off["bed_leveling"] == false && off["auto_bed_leveling"] == 0)
    #expect(off["flow_cali"] == false && off["extrude_cali_flag"] == 0)
    #expect(off["use_ams"] == false && off["timelapse"] == true)
    #expect(
      off["param"] == "Metadata/plate_3.gcode" && off["url"] == "ftp:///cache/Box.3mf" && off["file"] == "Box.3mf")
  }

  @Test(arguments: [0, -1, 2_147_483_648]) func taskNumbersStayInTheirRange(number: Int) {
    let file = ProjectFile(path: "Box.3mf", taskName: "Box", taskID: number)
    #expect(throws: InvalidValue.self) {
      try PrinterCommand.projectFile(file).payloads(for: CommandTarget(model: .p1s), sequence: 1)
    }
  }
}
