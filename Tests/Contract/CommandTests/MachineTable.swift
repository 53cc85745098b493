import Model
import Wire

/// Lights, heaters, fans, motors and switches of a printer without a job (protocol sheet, sections 1.1 and 3.8).
enum MachineTable {
  private static let twoLights: [PrinterModel] = .h2 + [.x2d]
  private static let oneLight: [PrinterModel] = .all.filter { !twoLights.contains($0) }
  private static let hotBeds: [PrinterModel] = .x1 + .h2 + [.x2d]
  private static let hotNozzles: [PrinterModel] = [.x1e] + .h2

  private static func led(_ node: String, _ mode: String) -> String {
    """
    {"system":{"sequence_id":"<n>","command":"ledctrl","led_node":"\(node)","led_mode":"\(mode)","led_on_time":500,\
    "led_off_time":500,"loop_times":0,"interval_time":0}}
    """
  }

  private static func airduct(_ mode: Int) -> String { print("set_airduct", #""modeId":\#(mode),"submode":-1"#) }

  private static func jog(_ move: String) -> String {
    gcode(#"M211 S\nM211 X1 Y1 Z1\nM1002 push_ref_mode\nG91\n\#(move)\nM1002 pop_ref_mode\nM211 R\n"#)
  }

  static let rows = lights + temperatures + fans + motion + switches

  private static let lights = [
    CommandRow(
      "light", ["on": false],
      [
        get(oneLight, led("chamber_light", "off")),
        get(twoLights, led("chamber_light", "off"), led("chamber_light2", "off")),
      ]
    ),
    CommandRow(
      "light", ["on": true],
      [
        get(oneLight, led("chamber_light", "on")),
        get(twoLights, led("chamber_light", "on"), led("chamber_light2", "on")),
      ]),
  ]

  private static let temperatures = [
    CommandRow(
      "temperature", ["nozzle": 220],
      [get(.single, gcode(#"M104 S220\n"#)), get(.dual, gcode(#"M104 S220 T0\n"#))]),
    CommandRow("temperature", ["nozzle_2": 210], [get(.dual, gcode(#"M104 S210 T1\n"#))], otherwise: "nozzle_2"),
    CommandRow(
      "temperature", ["nozzle": 301],
      [
        get([.x1e, .h2s], gcode(#"M104 S301\n"#)),
        get([.h2d, .h2dPro, .h2c], gcode(#"M104 S301 T0\n"#)),
      ], otherwise: "nozzle"),
    CommandRow("temperature", ["bed": 80.0], [get(.all, gcode(#"M140 S80\n"#))]),
    CommandRow(
      "temperature", ["bed": 100], [get(.all.filter { $0 != .a1Mini }, gcode(#"M140 S100\n"#))], otherwise: "bed"),
    CommandRow("temperature", ["bed": 111], [get(hotBeds, gcode(#"M140 S111\n"#))], otherwise: "bed"),
    CommandRow(
      "temperature", ["chamber": 41],
      [get([.x1e], gcode(#"M141 S41\n"#)), get([.x2d] + .h2, gcode(#"M145 P1\nM141 S41\n"#))], otherwise: "chamber"),
    CommandRow(
      "temperature", ["chamber": 40],
      [get([.x1e], gcode(#"M141 S40\n"#)), get([.x2d] + .h2, gcode(#"M141 S40\nM145 P0\n"#))], otherwise: "chamber"),
    CommandRow(
      "temperature", ["chamber": 61], [get([.x2d] + .h2, gcode(#"M145 P1\nM141 S61\n"#))], otherwise: "chamber"),
    CommandRow(
      "temperature", ["nozzle": 0, "bed": 0],
      [
        get(.single, gcode(#"M104 S0\n"#), gcode(#"M140 S0\n"#)),
        get(.dual, gcode(#"M104 S0 T0\n"#), gcode(#"M140 S0\n"#)),
      ]),
  ]

  private static let fans = [
    CommandRow("fan", ["fan": "part", "percent": 50], [get(.all, gcode(#"M106 P1 S128\n"#))]),
    CommandRow(
      "fan", ["fan": "aux", "percent": 100],
      [get(.all.filter { !([PrinterModel].a1).contains($0) }, gcode(#"M106 P2 S255\n"#))], otherwise: "fan"),
    CommandRow(
      "fan", ["fan": "chamber", "percent": 0],
      [get(.all.filter { !([PrinterModel].a1).contains($0) }, gcode(#"M106 P3 S0\n"#))], otherwise: "fan"),
    CommandRow(
      "fan", ["fan": "left_aux", "percent": 20], [get([.p2s, .x2d], gcode(#"M106 P10 S51\n"#))], otherwise: "fan"),
    CommandRow("airduct", ["mode": "heating"], [get([.p2s, .x2d] + .h2, airduct(1))], otherwise: "mode"),
    CommandRow("airduct", ["mode": 0], [get([.p2s, .x2d] + .h2, airduct(0))], otherwise: "mode"),
    CommandRow("airduct", ["mode": "laser"], [get(.h2, airduct(2))], otherwise: "mode"),
  ]

  private static let motion = [
    CommandRow("extruder", ["index": 0], [get(.all, print("select_extruder", #""extruder_index":0"#))]),
    CommandRow(
      "extruder", ["index": 1], [get(.dual, print("select_extruder", #""extruder_index":1"#))], otherwise: "index"),
    CommandRow("home", [:], [get(.all, gcode(#"G28\n"#))]),
    CommandRow("home", nil, [get(.all, gcode(#"G28\n"#))]),
    CommandRow("jog", ["axis": "x", "mm": -2.5], [get(.all, jog("G0 X-2.5 F3000"))]),
    CommandRow("jog", ["axis": "z", "mm": 10], [get(.all, jog("G0 Z10 F900"))]),
    CommandRow("gcode", ["lines": ["G28", "G91", "G0 X10 F3000"]], [get(.all, gcode(#"G28\nG91\nG0 X10 F3000\n"#))]),
    CommandRow("gcode", ["lines": ["M104 S300"]], [get(.all, gcode(#"M104 S300\n"#))]),
    CommandRow(
      "gcode", ["lines": ["M106 P2 S255"]],
      [get(.all.filter { !([PrinterModel].a1).contains($0) }, gcode(#"M106 P2 S255\n"#))], otherwise: "lines[1]"),
    CommandRow(
      "gcode", ["lines": ["M140 S0", "M104 S350"]], [get(.h2, gcode(#"M140 S0\nM104 S350\n"#))], otherwise: "lines[2]"),
    CommandRow("gcode", ["lines": ["M104 S0"]], [get(.all, gcode(#"M104 S0\n"#))]),
  ]

  private static let switches = [
    CommandRow(
      "calibrate", ["options": ["bed_leveling", "vibration"]], [get(.all, print("calibration", #""option":6"#))]),
    CommandRow("calibrate", ["options": ["motor_noise"]], [get(.all, print("calibration", #""option":8"#))]),
    CommandRow(
      "calibrate", ["options": ["lidar"]], [get(.x1, print("calibration", #""option":1"#))], otherwise: "options"),
    CommandRow(
      "calibrate", ["options": ["nozzle_offset"]], [get(.dual, print("calibration", #""option":16"#))],
      otherwise: "options"),
    CommandRow(
      "options", ["auto_switch_filament": true], [get(.all, print("print_option", #""auto_switch_filament":true"#))]),
    CommandRow(
      "options", ["sound_enable": false],
      [get(.a1 + [.p2s, .x2d] + .h2, print("print_option", #""sound_enable":false"#))], otherwise: "sound_enable"),
    CommandRow(
      "options", ["spaghetti_detector": true, "sensitivity": "high"],
      [
        get(
          .all,
          """
          {"xcam":{"sequence_id":"<n>","command":"xcam_control_set","module_name":"spaghetti_detector","control":true,\
          "enable":true,"print_halt":true,"halt_print_sensitivity":"high"}}
          """)
      ]),
    CommandRow(
      "options", ["recording": true, "timelapse": false],
      [
        get(
          .all, #"{"camera":{"sequence_id":"<n>","command":"ipcam_record_set","control":"enable"}}"#,
          #"{"camera":{"sequence_id":"<n>","command":"ipcam_timelapse","control":"disable"}}"#)
      ]),
  ]
}
