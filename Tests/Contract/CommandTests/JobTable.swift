import Model
import Wire

/// A job that runs, and the device commands of the cloud's form (protocol sheet, section 3.8).
enum JobTable {
  private static func plain(_ command: String) -> String { print(command, #""param":"""#) }

  private static func device(_ command: String, _ param: JSONValue? = nil) -> JSONValue {
    var members: [String: JSONValue] = ["command": .string(command)]
    members["param"] = param
    return ["print": .object(members)]
  }

  /// While a job prints; the last one ends it.
  static let rows = [
    CommandRow("speed", ["level": 3], [get(.all, print("print_speed", #""param":"3""#))]),
    CommandRow("skip-objects", ["objects": [206, 311]], [get(.all, print("skip_objects", #""obj_list":[206,311]"#))]),
    CommandRow("pause", nil, [get(.all, plain("pause"))], then: .state("paused")),
    CommandRow("resume", nil, [get(.all, plain("resume"))], then: .state("printing")),
    CommandRow("command", device("pause"), [get(.all, plain("pause"))], then: .state("paused")),
    CommandRow("command", device("resume"), [get(.all, plain("resume"))], then: .state("printing")),
    CommandRow("stop", nil, [get(.all, plain("stop"))], then: .state("failed")),
  ]

  /// Paused by a fault: 0700_8011 is 117473297.
  static let rowsAfterFault = [
    CommandRow(
      "resume", ["ignore_error": true],
      [get(.all, print("ignore", #""err":"117473297","param":"reserve","job_id":"700100""#))], then: .state("printing"))
  ]

  /// Failed with 0300_8008, which is 50364424; the second message takes the window off the screen.
  static let rowsAfterFailure = [
    CommandRow(
      "clear-error", nil,
      [
        get(
          .all, print("clean_print_error", #""subtask_id":"700100","print_error":50364424"#),
          """
          {"system":{"sequence_id":"<n>","command":"uiop","name":"print_error","action":"close","source":1,\
          "type":"dialog","err":"03008008"}}
          """)
      ], then: .error(false))
  ]

  /// Heaters and fans in the cloud's form, without a job.
  static let deviceRows = [
    CommandRow(
      "command", device("set_nozzle_temp", "220"),
      [get(.single, gcode(#"M104 S220\n"#)), get(.dual, gcode(#"M104 S220 T0\n"#))]),
    CommandRow("command", device("set_bed_temp", 60), [get(.all, gcode(#"M140 S60\n"#))]),
    CommandRow(
      "command", device("set_chamber_temp", "35"),
      [get([.x1e], gcode(#"M141 S35\n"#)), get([.x2d] + .h2, gcode(#"M141 S35\nM145 P0\n"#))], otherwise: "print.param"),
    CommandRow("command", device("set_fan_speed", "100"), [get(.all, gcode(#"M106 P1 S255\n"#))]),
    CommandRow(
      "command", device("set_airduct", "50"),
      [get(.all.filter { !([PrinterModel].a1).contains($0) }, gcode(#"M106 P2 S128\n"#))], otherwise: "print.param"),
    CommandRow(
      "command", device("set_ctt", 10),
      [get(.all.filter { !([PrinterModel].a1).contains($0) }, gcode(#"M106 P3 S26\n"#))], otherwise: "print.param"),
    CommandRow(
      "command", device("set_nozzle_temp", 0),
      [get(.single, gcode(#"M104 S0\n"#)), get(.dual, gcode(#"M104 S0 T0\n"#))]),
  ]
}
