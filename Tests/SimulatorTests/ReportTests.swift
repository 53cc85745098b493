import Model
import Testing
import Wire

@testable import Simulator

@Suite("Reports")
struct ReportTests {
  private func machine(_ model: PrinterModel) -> MachineState {
    MachineState(model: model, serial: ModelTraits.serial(model, number: 1))
  }

  @Test("Every model's serial number is 15 characters and names the model", arguments: PrinterModel.allCases)
  func serials(model: PrinterModel) throws {
    let serial = try SerialNumber(ModelTraits.serial(model, number: 7))
    #expect(serial.text.count == 15)
    #expect(PrinterModel(serial: serial) == model)
  }

  @Test("A full report is valid JSON with four spaces and reads back as it was", arguments: PrinterModel.allCases)
  func roundTrip(model: PrinterModel) throws {
    let report = JSONValue.object(["print": .object(ReportWriter.full(machine(model)))])
    let bytes = PrettyJSON.bytes(report)
    #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("{\n    \"print\": {\n        \""))
    let read = try JSONParser.parse(bytes, limits: .init(bytes: 1 << 20))
    #expect(read["print"]?["ams"] == report["print"]?["ams"])
  }

  @Test("Only what changed is in a partial report")
  func partial() {
    var machine = machine(.p1s)
    let before = ReportWriter.full(machine)
    machine.wifi = -60
    machine.bed.target = 55
    let changed = ReportWriter.changes(from: before, to: ReportWriter.full(machine))
    #expect(Set(changed.keys) == ["wifi_signal", "bed_target_temper"])
  }

  @Test("Temperatures are packed as target and current")
  func packed() {
    var bed = ThermalModel.bed
    bed.current = 100
    bed.target = 100
    #expect(DeviceTree.packed(bed) == 6_553_700)
  }

  @Test("The external spool of a two-nozzle machine is 255 right and 254 left, nothing is 65535 and 65279")
  func snow() {
    var machine = machine(.h2d)
    func snow(_ id: Int) -> JSONValue? {
      ReportWriter.full(machine)["device"]?["extruder"]?["info"]?.array?[id]["snow"]
    }
    #expect(snow(0) == 65535 && snow(1) == 65279)
    machine.trayNow = TrayPlace(unit: 128, slot: 0)
    #expect(snow(0) == 32768)
    machine.trayNow = TrayPlace(unit: 255, slot: 0)
    #expect(snow(0) == 65280)
  }

  @Test("The door shows in home_flag at an X1 and in stat at an H2")
  func door() {
    var x1 = machine(.x1c)
    var h2 = machine(.h2s)
    x1.isDoorOpen = true
    h2.isDoorOpen = true
    #expect((ReportWriter.full(x1)["home_flag"]?.wholeNumber ?? 0) & 1 << 23 != 0)
    #expect(ReportWriter.full(h2)["stat"] == "46A58008")
  }

  @Test("Bits of trays and units follow the unit ids, also for AMS HT and the A2L's Lite")
  func bits() {
    #expect(ReportWriter.full(machine(.h2d))["ams"]?["tray_exist_bits"] == "10007")
    #expect(ReportWriter.full(machine(.h2d))["ams"]?["ams_exist_bits"] == "11")
    #expect(ReportWriter.full(machine(.a2l))["ams"]?["tray_exist_bits"] == "7000000")
    #expect(ReportWriter.full(machine(.a2l))["ams"]?["ams_exist_bits"] == "1000")
  }
}
