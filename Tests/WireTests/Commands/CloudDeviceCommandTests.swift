import Model
import Testing
import Wire

@Suite struct CloudDeviceCommandTests {
  private func translate(_ text: String, _ model: PrinterModel = .p1s) throws -> PrinterCommand {
    try CloudDeviceCommand.translate(try json(text), model: model)
  }

  @Test(arguments: [
    (#"{"print":{"command":"pause"}}"#, PrinterCommand.pause), (#"{"print":{"command":"resume","param":""}}"#, .resume),
    (#"{"print":{"command":"stop","sequence_id":"5"}}"#, .stop),
    (#"{"print":{"command":"set_nozzle_temp","param":"220"}}"#, .nozzleTemperature(220, nozzle: 0)),
    (#"{"print":{"command":"set_nozzle_temp","param":220}}"#, .nozzleTemperature(220, nozzle: 0)),
    (#"{"print":{"command":"set_bed_temp","param":60.0}}"#, .bedTemperature(60)),
    (#"{"print":{"command":"set_fan_speed","param":"100"}}"#, .fan(.part, percent: 100)),
    (#"{"print":{"command":"set_airduct","param":50}}"#, .fan(.aux, percent: 50)),
    (#"{"print":{"command":"set_ctt","param":"0"}}"#, .fan(.chamber, percent: 0)),
  ])
  func theNineAreTranslated(text: String, command: PrinterCommand) throws { #expect(try translate(text) == command) }

  @Test func theChamberNeedsAHeater() throws {
    let text = #"{"print":{"command":"set_chamber_temp","param":"35"}}"#
    #expect(try translate(text, .h2d) == .chamberTemperature(35))
    #expect(throws: InvalidValue.self) { try translate(text, .p1s) }
  }

  @Test(arguments: [
    "[]", "{}", #"{"print":{}}"#, #"{"print":[]}"#, #"{"system":{"command":"pause"}}"#,
    #"{"print":{"command":"pause"},"system":{"command":"ledctrl"}}"#,
    #"{"print":{"command":"gcode_line","param":"G28\n"}}"#,
    #"{"print":{"command":"Pause"}}"#, #"{"print":{"command":7}}"#, #"{"print":{"command":"set_nozzle_temp"}}"#,
    #"{"print":{"command":"set_nozzle_temp","param":"hot"}}"#,
    #"{"print":{"command":"set_nozzle_temp","param":220.5}}"#,
    #"{"print":{"command":"set_nozzle_temp","param":true}}"#, #"{"print":{"command":"set_nozzle_temp","param":"301"}}"#,
    #"{"print":{"command":"set_nozzle_temp","param":"-1"}}"#, #"{"print":{"command":"set_bed_temp","param":"101"}}"#,
    #"{"print":{"command":"set_fan_speed","param":"101"}}"#, #"{"print":{"command":"set_nozzle_temp","param":1e300}}"#,
  ])
  func anythingElseIsRefused(text: String) { #expect(throws: InvalidValue.self) { try translate(text) } }

  @Test func fansThatTheModelLacksAreRefused() {
    for name in ["set_airduct", "set_ctt"] {
      #expect(throws: InvalidValue.self) { try translate(#"{"print":{"command":"\#(name)","param":5}}"#, .a1) }
    }
  }
}
