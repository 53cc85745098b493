import Model
import Wire

/// Filament, with cold nozzles (protocol sheet, sections 1.2, 1.3 and 3.8).
enum FilamentTable {
  private static let firstUnit: [PrinterModel] = .all.filter { $0 != .a2l }
  /// Their simulated firmware does not know the command yet (protocol sheet, section 1.3).
  private static let olderReading: [PrinterModel] = [.a1, .a1Mini, .p1p, .p1s, .x1e]
  private static let newerReading: [PrinterModel] = [.x1c, .x1, .p2s, .x2d] + .h2
  /// An AMS 2 Pro is their unit 0.
  private static let dryers: [PrinterModel] = [.p2s, .x2d, .h2s, .h2dPro, .h2c]

  private static func setting(_ unit: Int, _ tray: Int, _ slot: Int) -> String {
    print(
      "ams_filament_setting",
      """
      "ams_id":\(unit),"tray_id":\(tray),"slot_id":\(slot),"tray_info_idx":"GFG99","setting_id":"GFSG99",\
      "tray_type":"PETG","tray_sub_brands":"","tray_color":"FF0000FF","nozzle_temp_min":220,"nozzle_temp_max":260
      """)
  }

  private static func change(_ unit: Int, _ slot: Int, _ target: Int, _ temperature: Int) -> String {
    print(
      "ams_change_filament",
      """
      "ams_id":\(unit),"slot_id":\(slot),"target":\(target),"curr_temp":\(temperature),"tar_temp":\(temperature)
      """)
  }

  private static func drying(_ unit: Int, _ temperature: Int, _ cooling: Int, _ hours: Int, _ mode: Int, _ type: String)
    -> String
  {
    print(
      "ams_filament_drying",
      """
      "ams_id":\(unit),"temp":\(temperature),"cooling_temp":\(cooling),"duration":\(hours),"humidity":0,\
      "mode":\(mode),"rotate_tray":false,"filament":"\(type)","close_power_conflict":false
      """)
  }

  static let rows = [
    CommandRow(
      "ams/0/trays/2", ["type": "PETG", "color": "ff0000"],
      [get(firstUnit, setting(0, 2, 2)), get([.a2l], setting(16, 2, 2))]),
    CommandRow(
      "ams/16/trays/2", ["type": "PETG", "color": "FF0000FF"], [get([.a2l], setting(16, 2, 2))], otherwise: "tray"),
    CommandRow(
      "ams/255/trays/0", ["type": "PETG", "color": "FF0000"],
      [get(.single, setting(255, 254, 0)), get(.dual, setting(255, 0, 0))]),
    CommandRow(
      "ams/0/trays/1/read", nil,
      [
        get(olderReading, gcode(#"M620 R1\n"#)), get(newerReading, print("ams_get_rfid", #""ams_id":0,"slot_id":1"#)),
        get([.a2l], print("ams_get_rfid", #""ams_id":16,"slot_id":1"#)),
      ]),
    CommandRow(
      "ams/0/drying", ["temperature": 55, "hours": 8], [get(dryers, drying(0, 55, 20, 8, 1, "PLA"))],
      otherwise: "unit", then: .drying(unit: 0, true)),
    CommandRow(
      "ams/0/drying", ["stop": true], [get(dryers, drying(0, 0, 0, 0, 0, ""))], otherwise: "unit",
      then: .drying(unit: 0, false)),
    CommandRow(
      "ams/load", ["tray": 1], [get(firstUnit, change(0, 1, 1, -1)), get([.a2l], change(16, 1, 65, -1))],
      then: .loaded(true)),
    CommandRow("ams/control", ["action": "resume"], [get(.all, print("ams_control", #""param":"resume""#))]),
    CommandRow("ams/control", ["action": "done"], [get(.all, print("ams_control", #""param":"done""#))]),
    CommandRow("ams/control", ["action": "abort"], [get(.all, print("ams_control", #""param":"abort""#))]),
    CommandRow(
      "ams/unload", nil, [get(firstUnit, change(0, 255, 255, 210)), get([.a2l], change(16, 255, 255, 210))],
      then: .loaded(false)),
    CommandRow(
      "ams/load", ["tray": 254, "nozzle_temperature": 230],
      [
        get(
          .all, print("ams_change_filament", #""ams_id":255,"slot_id":254,"target":254,"curr_temp":230,"tar_temp":230"#)
        )
      ], then: .loaded(true)),
  ]
}
