import Model
import Testing
import Wire

@Suite struct MachineCommandTests {
  private static func led(_ node: String, _ mode: String, _ time: Int = 500) -> String {
    """
    {"system":{"sequence_id":"<n>","command":"ledctrl","led_node":"\(node)","led_mode":"\(mode)",
    "led_on_time":\(time),"led_off_time":\(time),"loop_times":0,"interval_time":0}}
    """
  }

  static let rows = [
    CommandRow(.light(.chamber, .on), .p1s, led("chamber_light", "on")),
    CommandRow(.light(.chamber, .off), .p2s, led("chamber_light", "off")),
    CommandRow(.light(.chamber, .on), .h2d, led("chamber_light", "on"), led("chamber_light2", "on")),
    CommandRow(.light(.chamber, .flashing), .x2d, led("chamber_light", "flashing"), led("chamber_light2", "flashing")),
    CommandRow(.light(.work, .off), .x1c, led("work_light", "off")),
    CommandRow(.light(.heatbed, .on), .h2s, led("heatbed_light", "on", 0)),
    CommandRow(.fan(.part, percent: 50), .a1, gcode(#"M106 P1 S128\n"#)),
    CommandRow(.fan(.aux, percent: 100), .p1s, gcode(#"M106 P2 S255\n"#)),
    CommandRow(.fan(.chamber, percent: 0), .x1c, gcode(#"M106 P3 S0\n"#)),
    CommandRow(.fan(.leftAux, percent: 1), .p2s, gcode(#"M106 P10 S3\n"#)),
    CommandRow(
      .airduct(.heating), .p2s, #"{"print":{"sequence_id":"<n>","command":"set_airduct","modeId":1,"submode":-1}}"#),
    CommandRow(.nozzleTemperature(220, nozzle: 0), .x1c, gcode(#"M104 S220\n"#)),
    CommandRow(.nozzleTemperature(220, nozzle: 0), .h2d, gcode(#"M104 S220 T0\n"#)),
    CommandRow(.nozzleTemperature(350, nozzle: 1), .h2d, gcode(#"M104 S350 T1\n"#)),
    CommandRow(.bedTemperature(80), .a1Mini, gcode(#"M140 S80\n"#)),
    CommandRow(.chamberTemperature(60), .x1e, gcode(#"M141 S60\n"#)),
    CommandRow(.chamberTemperature(41), .h2d, gcode(#"M145 P1\nM141 S41\n"#)),
    CommandRow(.chamberTemperature(40), .h2s, gcode(#"M141 S40\nM145 P0\n"#)),
    CommandRow(.home, gcode(#"G28\n"#)),
    CommandRow(
      .jog(.x, millimetres: -2.5),
      gcode(#"M211 S\nM211 X1 Y1 Z1\nM1002 push_ref_mode\nG91\nG0 X-2.5 F3000\nM1002 pop_ref_mode\nM211 R\n"#)),
    CommandRow(
      .jog(.z, millimetres: 10.05),
      gcode(#"M211 S\nM211 X1 Y1 Z1\nM1002 push_ref_mode\nG91\nG0 Z10.05 F900\nM1002 pop_ref_mode\nM211 R\n"#)),
    CommandRow(.extrude(millimetres: 10), gcode(#"M83\nG0 E10 F900\n"#)),
    CommandRow(.steppersOff, gcode(#"M18\n"#)),
    CommandRow(
      .selectExtruder(1), .h2c, #"{"print":{"sequence_id":"<n>","command":"select_extruder","extruder_index":1}}"#),
    CommandRow(
      .calibrate([.bedLeveling, .vibration]), .p1s,
      #"{"print":{"sequence_id":"<n>","command":"calibration","option":6}}"#),
    CommandRow(
      .calibrate([.nozzleOffset, .highTemperatureBed, .clumpPosition, .motorNoise, .motorNoise]), .h2d,
      #"{"print":{"sequence_id":"<n>","command":"calibration","option":120}}"#),
    CommandRow(.calibrate([.lidar]), .x1e, #"{"print":{"sequence_id":"<n>","command":"calibration","option":1}}"#),
    CommandRow(.buzzer(.beep), .h2s, #"{"print":{"sequence_id":"<n>","command":"buzzer_ctrl","mode":2,"reason":""}}"#),
    CommandRow(
      .nozzleKind(diameter: 0.4, type: "hardened_steel"),
      #"{"system":{"sequence_id":"<n>","command":"set_accessories","accessory_type":"nozzle","nozzle_diameter":0.4,"nozzle_type":"hardened_steel"}}"#
    ),
  ]

  @Test(arguments: rows) func theMessageIsThis(row: CommandRow) throws { try row.check() }

  /// What a model does not have, or cannot take.
  static let refusals: [(PrinterCommand, PrinterModel)] = [
    (.light(.heatbed, .on), .x1c), (.light(.work, .on), .a1), (.fan(.aux, percent: 10), .a1),
    (.fan(.chamber, percent: 10), .a2l), (.fan(.leftAux, percent: 10), .h2d), (.fan(.part, percent: 101), .p1s),
    (.fan(.part, percent: -1), .p1s), (.airduct(.laser), .p2s), (.airduct(.cooling), .x1c),
    (.nozzleTemperature(301, nozzle: 0), .x1c), (.nozzleTemperature(351, nozzle: 0), .h2d),
    (.nozzleTemperature(-1, nozzle: 0), .p1s), (.nozzleTemperature(200, nozzle: 1), .p1s),
    (.bedTemperature(81), .a1Mini),
    (.bedTemperature(121), .h2d), (.chamberTemperature(40), .x1c), (.chamberTemperature(61), .x1e),
    (.chamberTemperature(66), .h2d), (.jog(.x, millimetres: 100.1), .x1c), (.jog(.x, millimetres: 0), .x1c),
    (.jog(.z, millimetres: .nan), .x1c), (.extrude(millimetres: 51), .x1c), (.selectExtruder(1), .p1s),
    (.selectExtruder(2), .h2d), (.calibrate([]), .p1s), (.calibrate([.lidar]), .p1s),
    (.calibrate([.nozzleOffset]), .x1c),
    (.buzzer(.beep), .a1),
  ]

  @Test(arguments: refusals) func whatTheModelLacksIsRefused(command: PrinterCommand, model: PrinterModel) {
    #expect(throws: InvalidValue.self) { try command.payloads(for: CommandTarget(model: model), sequence: 1) }
  }

  @Test(arguments: PrinterModel.allCases) func everyModelHasRangesWithinTheSheets(model: PrinterModel) {
    let limits = ModelLimits(model)
    #expect((300...350).contains(limits.nozzleMaximum) && (80...120).contains(limits.bedMaximum))
    #expect((limits.chamberMaximum != nil) == model.hasChamberHeater)
  }
}
