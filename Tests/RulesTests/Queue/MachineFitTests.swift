import Model
import Rules
import Testing

/// Whether a file is for this printer: "X1, X1C, X1E, P1P and P1S count as one" (contract, section 5, "Queue").
@Suite struct MachineFitTests {
  private static func objection(
    _ wanted: PrinterModel?, _ there: PrinterModel?, _ diameters: [Double] = [], _ nozzles: [Double] = [],
    ignoring: Bool = false
  ) -> String? {
    MachineFit.objection(
      PrintDemand(model: wanted, nozzleDiameters: diameters), model: there, nozzles: nozzles, ignoringNozzles: ignoring)
  }

  @Test func theFiveCountAsOneAndNoOthersDo() {
    let one: Set<PrinterModel> = [.x1, .x1c, .x1e, .p1p, .p1s]
    for wanted in PrinterModel.allCases {
      for there in PrinterModel.allCases {
        let fits = wanted == there || (one.contains(wanted) && one.contains(there))
        #expect((Self.objection(wanted, there) == nil) == fits, "\(wanted) on \(there)")
        // The person's word lifts the diameter only.
        #expect((Self.objection(wanted, there, ignoring: true) == nil) == fits)
      }
    }
    #expect(Self.objection(.a1, .p1s) == "The file was sliced for the A1, and the printer's model is P1S.")
  }

  @Test func whatNobodyKnowsIsNoObjection() {
    #expect(Self.objection(nil, .a1) == nil && Self.objection(.a1, nil) == nil)
    #expect(Self.objection(.a1, .a1, [0.4], []) == nil && Self.objection(.a1, .a1, [], [0.4]) == nil)
  }

  static let nozzles: [(wanted: [Double], there: [Double], fits: Bool)] = [
    ([0.4], [0.4], true), ([0.4], [0.6], false), ([0.4, 0.4], [0.4, 0.4], true), ([0.4, 0.6], [0.6, 0.4], true),
    ([0.4, 0.4], [0.4, 0.6], false), ([0.4], [0.6, 0.4], true), ([0.2], [0.6, 0.4], false), ([0.4, 0.4], [0.4], true),
  ]

  @Test(arguments: nozzles) func diameters(wanted: [Double], there: [Double], fits: Bool) {
    #expect((Self.objection(.h2d, .h2d, wanted, there) == nil) == fits)
    #expect(Self.objection(.h2d, .h2d, wanted, there, ignoring: true) == nil)
  }

  @Test func theWordsNameBoth() {
    #expect(
      Self.objection(.p1s, .p1s, [0.4], [0.6])
        == "The file was sliced for a nozzle of 0.4 mm, and the printer has 0.6 mm.")
  }
}
