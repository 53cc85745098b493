import Model
import Testing
import Wire

@Suite struct FilamentCommandTests {
  private static func change(_ fields: String) -> String {
    #"{"print":{"sequence_id":"<n>","command":"ams_change_filament",\#(fields)}}"#
  }

  static let rows = [
    CommandRow(
      .load(.ams(unit: 0, slot: 2), currentTemperature: nil, targetTemperature: nil), .p1s,
      change(#""ams_id":0,"slot_id":2,"target":2,"curr_temp":-1,"tar_temp":-1"#)),
    CommandRow(
      .load(.ams(unit: 2, slot: 1), currentTemperature: nil, targetTemperature: 220), .x1c,
      change(#""ams_id":2,"slot_id":1,"target":9,"curr_temp":220,"tar_temp":220"#)),
    CommandRow(
      .load(.ams(unit: 128, slot: 0), currentTemperature: nil, targetTemperature: nil), .h2d,
      change(#""ams_id":128,"slot_id":0,"target":128,"curr_temp":-1,"tar_temp":-1"#)),
    CommandRow(
      .load(.ams(unit: 16, slot: 3), currentTemperature: nil, targetTemperature: nil), .a2l,
      change(#""ams_id":16,"slot_id":3,"target":67,"curr_temp":-1,"tar_temp":-1"#)),
    CommandRow(
      .load(.external(id: 254), currentTemperature: nil, targetTemperature: nil), .p1s,
      change(#""ams_id":255,"slot_id":254,"target":254,"curr_temp":-1,"tar_temp":-1"#)),
    CommandRow(
      .load(.external(id: 255), currentTemperature: nil, targetTemperature: nil), .p2s,
      change(#""ams_id":255,"slot_id":254,"target":254,"curr_temp":-1,"tar_temp":-1"#)),
    CommandRow(
      .load(.external(id: 255), currentTemperature: 30, targetTemperature: 220), .h2d,
      change(#""ams_id":255,"slot_id":0,"target":255,"curr_temp":30,"tar_temp":220"#)),
    CommandRow(
      .load(.ams(unit: 0, slot: 2), currentTemperature: nil, targetTemperature: nil), .p1p, firmware: "01.02.00.00",
      change(#""target":2,"curr_temp":-1,"tar_temp":-1"#)),
    CommandRow(
      .load(.ams(unit: 0, slot: 2), currentTemperature: nil, targetTemperature: nil), .x1c, firmware: "01.05.06.01",
      change(#""ams_id":0,"slot_id":2,"target":2,"curr_temp":-1,"tar_temp":-1"#)),
    CommandRow(
      .unload(unit: 0, temperature: 220), .p1s,
      change(#""ams_id":0,"slot_id":255,"target":255,"curr_temp":220,"tar_temp":220"#)),
    CommandRow(
      .unload(unit: 254, temperature: 25), .p1s,
      change(#""ams_id":255,"slot_id":255,"target":255,"curr_temp":210,"tar_temp":210"#)),
    CommandRow(.unload(unit: nil, temperature: nil), #"{"print":{"sequence_id":"<n>","command":"unload_filament"}}"#),
    CommandRow(.amsControl(.resume), #"{"print":{"sequence_id":"<n>","command":"ams_control","param":"resume"}}"#),
    CommandRow(
      .readRFID(.ams(unit: 0, slot: 2)), .x1c, firmware: "01.09.00.00",
      #"{"print":{"sequence_id":"<n>","command":"ams_get_rfid","ams_id":0,"slot_id":2}}"#),
    CommandRow(.readRFID(.ams(unit: 1, slot: 2)), .x1c, firmware: "01.08.50.32", gcode(#"M620 R6\n"#)),
    CommandRow(.readRFID(.ams(unit: 0, slot: 1)), .a1, firmware: "01.05.00.00", gcode(#"M620 R1\n"#)),
    CommandRow(.readRFID(.ams(unit: 0, slot: 1)), .x1c, firmware: "99.1.0.0", gcode(#"M620 R1\n"#)),
    CommandRow(
      .readRFID(.ams(unit: 128, slot: 0)), .h2d, firmware: "01.00.00.00",
      #"{"print":{"sequence_id":"<n>","command":"ams_get_rfid","ams_id":128,"slot_id":0}}"#),
    CommandRow(
      .amsReading(unit: 0, atStart: true, onInsert: true),
      #"{"print":{"sequence_id":"<n>","command":"ams_user_setting","ams_id":0,"startup_read_option":true,"tray_read_option":true}}"#
    ),
    CommandRow(
      .startDrying(unit: 128, temperature: 65, hours: 8, filament: "PETG"), .h2d,
      #"{"print":{"sequence_id":"<n>","command":"ams_filament_drying","ams_id":128,"temp":65,"cooling_temp":20,"duration":8,"humidity":0,"mode":1,"rotate_tray":false,"filament":"PETG","close_power_conflict":false}}"#
    ),
    CommandRow(
      .stopDrying(unit: 0), .p2s,
      #"{"print":{"sequence_id":"<n>","command":"ams_filament_drying","ams_id":0,"temp":0,"cooling_temp":0,"duration":0,"humidity":0,"mode":0,"rotate_tray":false,"filament":"","close_power_conflict":false}}"#
    ),
  ]

  @Test(arguments: rows) func theMessageIsThis(row: CommandRow) throws { try row.check() }

  @Test(arguments: [
    (FilamentSource.ams(unit: 0, slot: 2), PrinterModel.p1s, 0, 2, 2), (.ams(unit: 128, slot: 0), .h2d, 128, 0, 0),
    (.external(id: 254), .p1s, 255, 254, 0), (.external(id: 255), .a1, 255, 254, 0),
    (.external(id: 254), .h2d, 254, 0, 0),
    (.external(id: 255), .h2d, 255, 0, 0), (.ams(unit: 16, slot: 1), .a2l, 16, 1, 1),
  ])
  func aTraySettingNamesItsPlace(source: FilamentSource, model: PrinterModel, ams: Int, tray: Int, slot: Int) throws {
    let setting = try TraySetting(source: source, type: "PLA", color: "00ff00")
    try CommandRow(
      .traySetting(setting), model,
      #"{"print":{"sequence_id":"<n>","command":"ams_filament_setting","ams_id":\#(ams),"tray_id":\#(tray),"slot_id":\#(slot),"tray_info_idx":"GFL99","setting_id":"GFSL99","tray_type":"PLA","tray_sub_brands":"","tray_color":"00FF00FF","nozzle_temp_min":190,"nozzle_temp_max":240}}"#
    ).check()
  }

  @Test func aSlotCanBeForgotten() throws {
    try CommandRow(
      .traySetting(TraySetting(clearing: .ams(unit: 1, slot: 0))),
      #"{"print":{"sequence_id":"<n>","command":"ams_filament_setting","ams_id":1,"tray_id":0,"slot_id":0,"tray_info_idx":"","setting_id":"","tray_type":"","tray_sub_brands":"","tray_color":"00000000","nozzle_temp_min":0,"nozzle_temp_max":0}}"#
    ).check()
  }

  @Test func aFilamentOfOnesOwnHasNoSetting() throws {
    let setting = try TraySetting(
      source: .ams(unit: 0, slot: 0), type: "Wood", color: "11223344", filamentID: "P1234567", nozzleMin: 200,
      nozzleMax: 230)
    let payload = try #require(
      try PrinterCommand.traySetting(setting).payloads(for: CommandTarget(model: .x1c), sequence: 1).first)
    let print = try json(payload.bytes)["print"]
    #expect(print?["setting_id"] == "" && print?["tray_info_idx"] == "P1234567" && print?["tray_color"] == "11223344")
  }

  @Test func wrongTraySettingsNameTheField() {
    func field(_ make: () throws(InvalidValue) -> TraySetting) -> String? {
      do throws(InvalidValue) { _ = try make() } catch { return error.field }
      return nil
    }
    let slot = FilamentSource.ams(unit: 0, slot: 0)
    #expect(field { () throws(InvalidValue) in try TraySetting(source: slot, type: "", color: "FFFFFF") } == "type")
    #expect(field { () throws(InvalidValue) in try TraySetting(source: slot, type: "PLA", color: "#FFF") } == "color")
    #expect(
      field { () throws(InvalidValue) in try TraySetting(source: slot, type: "Wood", color: "FFFFFF") } == "filament_id"
    )
    #expect(
      field { () throws(InvalidValue) in try TraySetting(source: slot, type: "PLA", color: "FFFFFF", nozzleMin: 400) }
        == "nozzle_min")
    #expect(
      field { () throws(InvalidValue) in try TraySetting(source: slot, type: "PLA", color: "FFFFFF", nozzleMax: 100) }
        == "nozzle_max")
  }

  @Test(arguments: [
    (PrinterCommand.startDrying(unit: 0, temperature: 66, hours: 8, filament: "PLA"), PrinterModel.h2d),
    (.startDrying(unit: 128, temperature: 86, hours: 8, filament: "PLA"), .h2d),
    (.startDrying(unit: 128, temperature: 44, hours: 8, filament: "PLA"), .h2d),
    (.startDrying(unit: 128, temperature: 65, hours: 0, filament: "PLA"), .h2d), (.readRFID(.external(id: 254)), .p1s),
    (.load(.external(id: 255), currentTemperature: nil, targetTemperature: nil), .h2d),
    (.load(.ams(unit: 0, slot: 0), currentTemperature: nil, targetTemperature: 400), .p1s),
  ])
  func whatMakesNoSenseIsRefused(command: PrinterCommand, model: PrinterModel) {
    #expect(throws: InvalidValue.self) { try command.payloads(for: CommandTarget(model: model), sequence: 1) }
  }

  @Test func globalTrayNumbersNameTheirSource() throws {
    #expect(try FilamentSource(tray: 6, model: .p1s) == .ams(unit: 1, slot: 2))
    #expect(try FilamentSource(tray: 130, model: .h2d) == .ams(unit: 130, slot: 0))
    #expect(try FilamentSource(tray: 2, model: .a2l) == .ams(unit: 16, slot: 2))
    #expect(try FilamentSource(tray: 66, model: .a2l) == .ams(unit: 16, slot: 2))
    #expect(try FilamentSource(tray: 254, model: .a1) == .external(id: 254))
    #expect(try FilamentSource(unit: 0, slot: 1, model: .a2l) == .ams(unit: 16, slot: 1))
    #expect(try FilamentSource(unit: 3, slot: 3, model: .x1c) == .ams(unit: 3, slot: 3))
    for tray in [-1, 16, 127, 136, 253, 256] {
      #expect(throws: InvalidValue.self) { try FilamentSource(tray: tray, model: .x1c) }
    }
    for (unit, slot) in [(4, 0), (0, 4), (128, 1), (16, 0), (-1, 0)] {
      #expect(throws: InvalidValue.self) { try FilamentSource(unit: unit, slot: slot, model: .x1c) }
    }
  }
}
