import Model
import Testing
import Wire

@Suite struct SwitchCommandTests {
  static let rows =
    PrintOption.allCases.map { option in
      CommandRow(
        .option(option, isOn: true), .h2d,
        #"{"print":{"sequence_id":"<n>","command":"print_option","\#(option.rawValue)":true}}"#)
    }
    + Detector.allCases.map { detector in
      CommandRow(
        .detector(detector, isOn: false, sensitivity: .high), .x1c,
        #"{"xcam":{"sequence_id":"<n>","command":"xcam_control_set","module_name":"\#(detector.rawValue)","control":false,"enable":false,"print_halt":true,"halt_print_sensitivity":"high"}}"#
      )
    } + [
      CommandRow(
        .recording(isOn: true), #"{"camera":{"sequence_id":"<n>","command":"ipcam_record_set","control":"enable"}}"#),
      CommandRow(
        .timelapse(isOn: false), #"{"camera":{"sequence_id":"<n>","command":"ipcam_timelapse","control":"disable"}}"#),
    ]

  @Test(arguments: rows) func theMessageIsThis(row: CommandRow) throws { try row.check() }

  @Test func theSoundIsOfferedByNewerModelsOnly() {
    let command = PrinterCommand.option(.sound, isOn: true)
    #expect(throws: InvalidValue.self) { try command.payloads(for: CommandTarget(model: .p1s), sequence: 1) }
  }

  @Test func firmwareIsComparedPartByPart() throws {
    let old = try #require(FirmwareVersion("01.08.50.32"))
    let new = try #require(FirmwareVersion("01.09.00.00"))
    #expect(old < new)
    #expect(FirmwareVersion("1.9") == FirmwareVersion("1.9") && !(new < old))
    #expect(FirmwareVersion("99.0.0.0")?.parts == [1, 8, 2, 0])
    #expect(FirmwareVersion("") == nil && FirmwareVersion("1.x") == nil && FirmwareVersion("1..2") == nil)
  }
}
