import Model
import Simulator
import TestKit
import Testing
import Wire

/// Bad input to control is a 400 that names the field, and nothing is sent (contract, sections 1, 5 and 8).
@Suite("Bad commands", .serialized, .enabled(if: CommandRig.isPossible))
struct BadCommandTests {
  struct Row: Sendable {
    var path: String
    var body: String
    /// nil where no field is to blame.
    var field: String?
    var status = 400

    init(_ path: String, _ body: String, _ field: String?, status: Int = 400) {
      (self.path, self.body, self.field, self.status) = (path, body, field, status)
    }
  }

  private static let longLine = String(repeating: "A", count: 129)
  private static let manyLines = Array(repeating: #""M400""#, count: 51).joined(separator: ",")

  /// On a P1S without a job.
  static let rows = numbers + words + lists + gcode + device

  private static let numbers = [
    Row("temperature", #"{"nozzle":NaN}"#, nil), Row("temperature", #"{"nozzle":220.5}"#, "nozzle"),
    Row("temperature", #"{"nozzle":-1}"#, "nozzle"), Row("temperature", #"{"nozzle":1000000000}"#, "nozzle"),
    Row("temperature", #"{"nozzle":1e9}"#, "nozzle"), Row("temperature", #"{"nozzle":1e999}"#, nil),
    Row("temperature", #"{"nozzle":"220"}"#, "nozzle"), Row("temperature", #"{"nozzle":true}"#, "nozzle"),
    Row("temperature", #"{"bed":101}"#, "bed"), Row("temperature", #"{"bed":[60]}"#, "bed"),
    Row("temperature", #"{"chamber":30}"#, "chamber"), Row("temperature", #"{"nozzle_2":200}"#, "nozzle_2"),
    Row("temperature", "{}", "nozzle"), Row("temperature", #"{"nozzle":null}"#, "nozzle"),
    Row("speed", #"{"level":0}"#, "level"), Row("speed", #"{"level":5}"#, "level"),
    Row("speed", #"{"level":1.5}"#, "level"), Row("speed", "{}", "level"),
    Row("fan", #"{"fan":"part","percent":101}"#, "percent"), Row("fan", #"{"fan":"part","percent":-1}"#, "percent"),
    Row("fan", #"{"fan":"part","percent":50.5}"#, "percent"), Row("fan", #"{"fan":"part"}"#, "percent"),
    Row("extruder", #"{"index":1}"#, "index"), Row("extruder", #"{"index":-1}"#, "index"),
    Row("jog", #"{"axis":"x","mm":0}"#, "mm"), Row("jog", #"{"axis":"x","mm":1000000000}"#, "mm"),
    Row("jog", #"{"axis":"x","mm":-100.5}"#, "mm"), Row("jog", #"{"axis":"x","mm":"10"}"#, "mm"),
    Row("ams/load", #"{"tray":16}"#, "tray"), Row("ams/load", #"{"tray":-1}"#, "tray"),
    Row("ams/load", #"{"tray":1.5}"#, "tray"),
    Row("ams/load", #"{"tray":1,"nozzle_temperature":301}"#, "nozzle_temperature"),
    Row("ams/128/drying", #"{"temperature":44,"hours":8}"#, "temperature"),
    Row("ams/128/drying", #"{"temperature":86,"hours":8}"#, "temperature"),
    Row("ams/128/drying", #"{"temperature":60,"hours":25}"#, "hours"),
    Row("ams/128/drying", #"{"temperature":60}"#, "hours"),
    Row("ams/0/drying", #"{"temperature":60,"hours":8}"#, "unit"),
    Row("ams/9/drying", #"{"stop":true}"#, "unit"),
  ]

  private static let words = [
    Row("light", #"{"on":1}"#, "on"), Row("light", #"{"on":"yes"}"#, "on"), Row("light", "{}", "on"),
    Row("light", "[]", nil), Row("light", "no json", nil), Row("fan", #"{"fan":"left","percent":5}"#, "fan"),
    Row("airduct", #"{"mode":"heating"}"#, "mode"), Row("airduct", #"{"mode":3}"#, "mode"),
    Row("jog", #"{"axis":"w","mm":1}"#, "axis"), Row("ams/control", #"{"action":"pause"}"#, "action"),
    Row("resume", #"{"ignore_error":"yes"}"#, "ignore_error"), Row("plate-cleared", #"{"cleared":1}"#, "cleared"),
    Row("plate-cleared", "{}", "cleared"), Row("options", "{}", nil),
    Row("options", #"{"sound_enable":true}"#, "sound_enable"),
    Row("options", #"{"recording":1}"#, "recording"),
    Row("options", #"{"spaghetti_detector":true,"sensitivity":"very"}"#, "sensitivity"),
    Row("ams/0/trays/0", #"{"type":"","color":"FF0000"}"#, "type"),
    Row("ams/0/trays/0", #"{"type":"PLA","color":"red"}"#, "color"),
    Row("ams/0/trays/0", #"{"type":"PLA","color":"GG0000"}"#, "color"),
    Row("ams/0/trays/0", #"{"type":"Wood","color":"FF0000"}"#, "filament_id"),
    Row("ams/0/trays/0", #"{"type":"PLA","color":"FF0000","nozzle_min":230,"nozzle_max":200}"#, "nozzle_max"),
    Row("ams/0/trays/0", #"{"type":"PLA","color":"FF0000","nozzle_max":340}"#, "nozzle_max"),
    Row("ams/0/trays/4", #"{"type":"PLA","color":"FF0000"}"#, "tray"),
    Row("ams/16/trays/0", #"{"type":"PLA","color":"FF0000"}"#, "tray"),
    Row("ams/x/trays/0", #"{"type":"PLA","color":"FF0000"}"#, nil, status: 404),
    Row("ams/0/trays/-1", #"{"type":"PLA","color":"FF0000"}"#, nil, status: 404),
    Row("ams/255/trays/0/read", "", "tray"),
  ]

  private static let lists = [
    Row("skip-objects", #"{"objects":[]}"#, "objects"), Row("skip-objects", #"{"objects":["a"]}"#, "objects"),
    Row("skip-objects", #"{"objects":[1.5]}"#, "objects"), Row("skip-objects", #"{"objects":[-1]}"#, "objects"),
    Row("skip-objects", #"{"objects":7}"#, "objects"), Row("calibrate", #"{"options":[]}"#, "options"),
    Row("calibrate", #"{"options":["flow"]}"#, "options"), Row("calibrate", #"{"options":["lidar"]}"#, "options"),
    Row("calibrate", #"{"options":"vibration"}"#, "options"),
  ]

  private static let gcode = [
    Row("gcode", #"{"lines":[]}"#, "lines"), Row("gcode", #"{"lines":"G28"}"#, "lines"),
    Row("gcode", #"{"lines":["G28",7]}"#, "lines[2]"), Row("gcode", #"{"lines":[\#(manyLines)]}"#, "lines"),
    Row("gcode", #"{"lines":["\#(longLine)"]}"#, "lines[1]"), Row("gcode", #"{"lines":["G28\nM112"]}"#, "lines[1]"),
    Row("gcode", #"{"lines":["M400","M112"]}"#, "lines[2]"), Row("gcode", #"{"lines":["N1 G28"]}"#, "lines[1]"),
    Row("gcode", #"{"lines":["G28*33"]}"#, "lines[1]"), Row("gcode", #"{"lines":["G28 Z"]}"#, "lines[1]"),
    Row("gcode", #"{"lines":["M104 S301"]}"#, "lines[1]"), Row("gcode", #"{"lines":["M140 S101"]}"#, "lines[1]"),
    Row("gcode", #"{"lines":["M104 S220 S400"]}"#, "lines[1]"), Row("gcode", #"{"lines":["M106 S256"]}"#, "lines[1]"),
    Row("gcode", #"{"lines":["M109 S200"]}"#, "lines[1]"), Row("gcode", #"{"lines":["M141 S40"]}"#, "lines[1]"),
    Row("gcode", #"{"lines":["é"]}"#, "lines[1]"), Row("gcode", #"{"lines":[""]}"#, "lines[1]"),
    Row("gcode", #"{"lines":["M104"]}"#, "lines[1]"), Row("gcode", #"{"lines":["M104 SNaN"]}"#, "lines[1]"),
  ]

  private static let device = [
    Row("command", "{}", "print"), Row("command", #"{"print":7}"#, "print"),
    Row("command", #"{"print":{}}"#, "print.command"),
    Row("command", #"{"print":{"command":"gcode_line","param":"M112\n"}}"#, "print.command"),
    Row("command", #"{"system":{"command":"ledctrl"}}"#, "print"),
    Row("command", #"{"print":{"command":"pause"},"system":{"command":"reboot"}}"#, "print"),
    Row("command", #"{"print":{"command":"set_nozzle_temp"}}"#, "print.param"),
    Row("command", #"{"print":{"command":"set_nozzle_temp","param":"hot"}}"#, "print.param"),
    Row("command", #"{"print":{"command":"set_nozzle_temp","param":"301"}}"#, "print.param"),
    Row("command", #"{"print":{"command":"set_nozzle_temp","param":220.5}}"#, "print.param"),
    Row("command", #"{"print":{"command":"set_fan_speed","param":101}}"#, "print.param"),
    Row("command", #"{"print":{"command":"set_chamber_temp","param":30}}"#, "print.param"),
  ]

  @Test("each is refused with its field, and nothing is sent", .timeLimit(.minutes(2)))
  func eachIsRefused() async throws {
    let rig = try await CommandRig.start([.p1s])
    for row in Self.rows {
      let answer = try await rig.post(0, row.path, raw: row.body)
      #expect(answer.status == row.status, "\(row.path) \(row.body): \(answer.text)")
      let fields = answer.json?["errors"]?.array?.compactMap { $0["field"]?.string } ?? []
      #expect(fields == (row.field.map { [$0] } ?? []), "\(row.path) \(row.body): \(answer.text)")
    }
    #expect(rig.commands(0).isEmpty)
    let untyped = try await rig.post(0, "light", raw: #"{"on":true}"#, type: "text/plain")
    #expect(untyped.status == 415)
    #expect(rig.commands(0).isEmpty)
    try await rig.stop()
  }
}
