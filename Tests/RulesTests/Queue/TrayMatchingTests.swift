import Model
import Rules
import Testing

/// From which trays a print takes its filaments (protocol sheet, section 3.8; contract, section 5, "Queue").
@Suite struct TrayMatchingTests {
  private static func demand(_ filaments: String..., count: Int? = nil) -> PrintDemand {
    // `1 PLA FF0000 left`: the place in the mapping, the material, the colour, the nozzle.
    let parsed = filaments.map { words in
      let parts = words.split(separator: " ").map(String.init)
      return PrintDemand.Filament(
        index: Int(parts[0]) ?? 0, type: parts[1], color: parts.count > 2 ? parts[2] : nil,
        nozzle: parts.count > 3 ? (parts[3] == "left" ? 1 : 0) : nil)
    }
    return PrintDemand(filaments: parsed, filamentCount: count ?? (parsed.map(\.index).max() ?? -1) + 1)
  }

  private static func plan(
    _ demand: PrintDemand, _ report: PrinterReport, mapping: [Int]? = nil, usesAMS: Bool? = nil
  ) -> String {
    do throws(TrayMisfit) {
      let plan = try TrayMatching(demand, on: report).plan(mapping: mapping, usesAMS: usesAMS)
      return "\(plan.mapping) \(plan.usesAMS.map(String.init) ?? "by itself")"
    } catch {
      return error.sentence
    }
  }

  @Test func materialAndColourDecide() {
    let report = PrinterReport.resting(ams: [
      .holding(["PETG FF0000", "PLA 0000FF", nil, "PLA F01010"]), .holding(["PLA 101010", nil, nil, nil], id: 1),
    ])
    #expect(Self.plan(Self.demand("0 PLA FF0000"), report) == "[3] true")
    #expect(Self.plan(Self.demand("0 PLA FF0000", "1 PLA 0000F0"), report) == "[3, 1] true")
    #expect(Self.plan(Self.demand("1 pla 000000", count: 3), report) == "[-1, 4, -1] true")
    // Where no spool has the colour, the nearest of the material.
    #expect(Self.plan(Self.demand("0 PLA FF6A13"), report) == "[3] true")
    let none = Self.plan(Self.demand("0 ABS 00FF00"), report)
    #expect(none.contains("filament 1, ABS #00FF00") && none.contains("slot 2 of AMS 1: PLA #0000FF"), "\(none)")
  }

  @Test func eachFilamentHasASpoolOfItsOwnWhereThereIsOne() {
    let report = PrinterReport.resting(ams: [.holding(["PLA FF0000", "PLA F80000", nil, nil])])
    #expect(Self.plan(Self.demand("0 PLA F80000", "1 PLA F80000"), report) == "[1, 0] true")
    #expect(Self.plan(Self.demand("0 PLA FF0000", "1 PLA F80000"), report) == "[0, 1] true")
    #expect(
      Self.plan(Self.demand("0 PLA FF0000", "1 PLA F80000", "2 PLA FF0000"), report) == "[0, 1, 0] true")
    // Two colours are not printed from one spool.
    #expect(
      Self.plan(Self.demand("0 PLA FF0000", "1 PLA F80000", "2 PLA 0000FF"), report).contains("filament 3, PLA #0000FF")
    )
  }

  @Test func theSameProductBreaksATie() {
    let report = PrinterReport.resting(ams: [.holding(["PLA FF0000 GFL99", "PLA FF0000 GFA00", nil, nil])])
    var demand = Self.demand("0 PLA FF0000")
    #expect(Self.plan(demand, report) == "[0] true")
    demand.filaments[0].filamentID = "GFA00"
    #expect(Self.plan(demand, report) == "[1] true")
  }

  @Test func onTwoNozzlesTheSideDecidesAsWell() {
    let report = PrinterReport.dual(ams: [
      .holding(["PLA FF0000", nil, nil, nil], extruder: 0),
      .holding(["PLA FF0000", nil, nil, nil], id: 1, extruder: 1),
      .holding(["PETG 000000"], id: 128, extruder: 1),
    ])
    #expect(Self.plan(Self.demand("0 PLA FF0000 left"), report) == "[4] true")
    #expect(Self.plan(Self.demand("0 PLA FF0000 right", "1 PETG 000000 left"), report) == "[0, 128] true")
    #expect(Self.plan(Self.demand("0 PETG 000000 right"), report).contains("for the right nozzle"))
    #expect(
      Self.plan(Self.demand("0 PLA FF0000 left"), report, mapping: [0])
        == "Tray 0 feeds the right nozzle, and filament 1 is for the left.")
  }

  @Test func withoutAnAMSOneFilamentComesFromTheSpoolOutside() {
    var report = PrinterReport.resting()
    #expect(Self.plan(Self.demand("0 PLA FF0000"), report) == "[254] false")
    #expect(Self.plan(Self.demand("0 PLA FF0000", "1 PLA 0000FF"), report).contains("2 filaments"))
    #expect(Self.plan(Self.demand("0 PLA FF0000"), report, usesAMS: true) == "The printer has no AMS.")
    report.externalSpools = [ExternalSpool(id: 254, type: "PETG", color: "FF0000FF")]
    #expect(Self.plan(Self.demand("0 PLA FF0000"), report).contains("external spool holds PETG"))
    report.externalSpools = [ExternalSpool(id: 254, type: "PLA", color: "0000FFFF")]
    #expect(Self.plan(Self.demand("1 PLA FF0000", count: 3), report) == "[-1, 254, -1] false")
  }

  @Test func eachNozzleHasASpoolOutside() {
    let report = PrinterReport.dual(ams: [])
    #expect(Self.plan(Self.demand("0 PLA FF0000 left"), report) == "[254] false")
    #expect(Self.plan(Self.demand("0 PLA FF0000 right"), report) == "[255] false")
    #expect(Self.plan(Self.demand("0 PLA FF0000 right", "1 PETG 000000 left"), report) == "[255, 254] false")
    #expect(Self.plan(Self.demand("0 PLA FF0000 left"), report, mapping: [-1]) == "[254] false")
  }

  @Test func besideAnAMSTheSpoolOutsideIsTakenForItsMaterialOrItsColour() {
    var report = PrinterReport.resting(ams: [.holding(["PETG FF0000", nil, nil, nil])])
    report.externalSpools = [ExternalSpool(id: 254, type: "PLA", color: "FF0000FF")]
    #expect(Self.plan(Self.demand("0 PLA FF0000"), report) == "[254] false")
    #expect(Self.plan(Self.demand("0 PLA 00FF00"), report) == "[254] false")
    #expect(Self.plan(Self.demand("0 PETG 00FF00"), report) == "[0] true")
    #expect(Self.plan(Self.demand("0 ABS 00FF00"), report).contains("No tray has"))
    report.externalSpools = [ExternalSpool(id: 254, type: "PETG", color: "00FF00FF")]
    #expect(Self.plan(Self.demand("0 PETG 00FF00"), report) == "[254] false")
    report.externalSpools = [ExternalSpool(id: 254, type: "PLA", color: "FF0000FF")]
    #expect(Self.plan(Self.demand("0 PETG FF0000"), report, usesAMS: false).contains("external spool holds PLA"))
  }

  @Test func whatAPersonChoseIsTakenAsLongAsSomethingIsThere() {
    let report = PrinterReport.resting(ams: [.holding(["PETG FF0000", "PLA 0000FF", nil, nil])])
    let demand = Self.demand("0 PLA FF0000", "2 PLA 00FF00", count: 4)
    #expect(Self.plan(demand, report, mapping: [0, -1, 1, -1]) == "[0, -1, 1, -1] true")
    #expect(Self.plan(demand, report, mapping: [-1, -1, 1, -1]) == "[254, -1, 1, -1] true")
    #expect(Self.plan(demand, report, mapping: [0, 2, 1]) == "[0, 2, 1] true", "an unused filament may name anything")
    #expect(Self.plan(demand, report, mapping: [0, -1, 2, -1]).hasPrefix("Tray 2 is empty"))
    #expect(Self.plan(demand, report, mapping: [0, -1, 9, -1]) == "The printer has no tray 9.")
    #expect(Self.plan(demand, report, mapping: [-1, -1, -1, -1]) == "[254, -1, 254, -1] false")
    #expect(Self.plan(demand, report, mapping: [0]).contains("an entry for each filament of the file: 4, not 1"))
    #expect(Self.plan(demand, report, mapping: []).contains("No tray has filament 3"))
  }

  @Test func plainGcodeNamesNoFilament() {
    #expect(Self.plan(PrintDemand(isPlainGcode: true), .resting()) == "[] by itself")
    #expect(Self.plan(PrintDemand(), .resting()) == "[] by itself")
  }

  @Test func coloursOfAnySpelling() {
    #expect(Self.plan(Self.demand("0 PLA zz0000"), .resting(ams: [.holding(["PLA FF0000"])])) == "[0] true")
    #expect(Self.plan(Self.demand("0 PLA"), .resting(ams: [.holding([nil, "PLA FF0000"])])) == "[1] true")
  }
}
