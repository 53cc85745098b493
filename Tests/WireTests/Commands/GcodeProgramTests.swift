import Model
import Testing
import Wire

@Suite struct GcodeProgramTests {
  private func field(_ lines: [String], _ model: PrinterModel = .p1s, all: Bool = false) -> String? {
    do throws(InvalidValue) { _ = try GcodeProgram(lines: lines, model: model, allowsAll: all) } catch {
      return error.field
    }
    return nil
  }

  @Test(arguments: [
    "G0 X10 Y-5.5 F3000", "G1 E.5 F300", "G1X10Y5", "G28", "G90", "G91", "G92 E0", "M17", "M18", "M82", "M83",
    "M84 X E",
    "M104 S220", "M104 S0", "M106 S255", "M106 P2 S128", "M107", "M107 P3", "M140 S60", "M220 S100", "M221 S95", "M400",
    "  G28  ", "G01 X5",
  ])
  func theListIsAllowed(line: String) { #expect(field([line]) == nil) }

  @Test(arguments: [
    "", " ", "g28", "G28 X", "G28 Z", "G2 X1", "M109 S200", "M190 S60", "M112", "T0", "N10 G28", "G28*33", "G28 ; home",
    "(home)", "G28\n", "G0 X1\rG28", "G28 G0 X5", "G28G0X5", "M104", "M104 S301", "M104 S-1", "M104 S220 S400",
    "M104 S220 T1", "M104 S2e2", "M104 S1.5", "M104 Snan", "M140 S101", "M141 S40", "M106 P4 S1", "M106 P2",
    "M106 S256",
    "M106 P10 S1", "M220 S9", "M220 S301", "G1 X5000", "G1 F0", "G1 X1 X2", "G1 X--1", "M84 X1", "M400 U1", "G28é",
    "M999",
    "G0 X1 A5",
  ])
  func anythingElseNamesItsLine(line: String) { #expect(field(["G90", line]) == "lines[2]") }

  @Test func rangesAreTheModels() {
    #expect(field(["M104 S350 T1"], .h2d) == nil)
    #expect(field(["M141 S60"], .x1e) == nil)
    #expect(field(["M106 P10 S10"], .p2s) == nil)
    #expect(field(["M106 P2 S10"], .a1) == "lines[1]")
    #expect(field(["M140 S100"], .a1Mini) == "lines[1]")
  }

  @Test func oneToFiftyLinesOfAtMostOneHundredAndTwentyEightCharacters() {
    #expect(field([]) == "lines")
    #expect(field(Array(repeating: "G90", count: 50)) == nil)
    #expect(field(Array(repeating: "G90", count: 51)) == "lines")
    let padding = String(repeating: " ", count: 125)
    #expect(field(["G90\(padding)"]) == nil)
    #expect(field(["G90\(padding) "]) == "lines[1]")
  }

  @Test func allowingAllLiftsTheListAndNotTheForm() {
    for line in ["M109 S200", "G28 X", "M1002 gcode_claim_action : 0", "g28", "T0"] {
      #expect(field([line], all: true) == nil)
    }
    for line in ["N10 G28", "G28*33", "G28;x", "", "G28\nG28", "M104 S301"] {
      #expect(field([line], all: true) == "lines[1]")
    }
  }

  @Test(arguments: [
    ("G0 X1", true), ("G28", true), ("G91", true), ("G92 Z0", true), ("M18", true), ("M83", true), ("M104 S200", false),
    ("M140 S60", false), ("M106 S0", false), ("M220 S100", false), ("M400", false),
  ])
  func whatCanSpoilAJobIsKnown(line: String, disturbs: Bool) throws {
    let program = try GcodeProgram(lines: ["M104 S200", line], model: .p1s, allowsAll: false)
    #expect(program.disturbsJob == disturbs)
  }

  @Test func unknownCommandsAreTakenForDisturbing() throws {
    #expect(try GcodeProgram(lines: ["M620 R1"], model: .p1s, allowsAll: true).disturbsJob)
  }

  @Test func theLinesAreSentAsOneCommand() throws {
    let program = try GcodeProgram(lines: ["G90", "G0 X1"], model: .p1s, allowsAll: false)
    try CommandRow(program.command, gcode(#"G90\nG0 X1\n"#)).check()
  }
}
