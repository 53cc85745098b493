import Model
import Testing
import Wire

@Suite struct FaultTextTests {
  private let bed = HMSCode(attribute: 50_331_904, code: 65_543)

  @Test(arguments: [
    (PrinterModel.x1c, "x1"), (.p1s, "x1"), (.a1, "x1"), (.a1Mini, "x1"), (.h2d, "h2"), (.h2c, "h2"), (.p2s, "p2s"),
    (.x2d, "x2d"),
  ])
  func thePageIsTheFamilys(model: PrinterModel, segment: String) {
    #expect(
      FaultText.describe(bed, model: model).url
        == "https://wiki.bambulab.com/en/\(segment)/troubleshooting/hmscode/0300_0100_0001_0007")
  }

  @Test func allOthersLeadToThePageThatExists() {
    #expect(FaultText.describe(bed, model: nil).url == FaultText.fallbackURL)
    #expect(FaultText.describe(bed, model: .a2l).url == FaultText.fallbackURL)
    #expect(FaultText.describe(HMSCode(attribute: 1, code: 2), model: .x1c).url == FaultText.fallbackURL)
    #expect(FaultText.describe(PrintErrorCode(rawValue: 0x0300_8004), model: .x1c).url == FaultText.fallbackURL)
  }

  /// Every code that the protocol sheet explains has a sentence of its own.
  @Test(
    arguments: [
      0x0300_400C, 0x0500_400E, 0x0300_8001, 0x0300_8004, 0x0700_8011, 0x0300_8008, 0x0300_8009, 0x0300_800F,
      0x0300_8013,
      0x0300_4006, 0x0300_4008, 0x0300_800A, 0x0300_8003, 0x0500_4001, 0x0500_4003, 0x0500_4004, 0x0500_4037,
      0x0500_4038,
      0x0500_8051, 0x0500_C010, 0x0700_8006, 0x0700_8012, 0x07FF_8012, 0x0502_4007, 0x0502_4009, 0x0300_8007,
    ] as [UInt32])
  func frequentErrorsAreExplained(code: UInt32) throws {
    let message = try #require(FaultText.describe(PrintErrorCode(rawValue: code), model: .p1s).message)
    let part = try #require(FaultModule(PrintErrorCode(rawValue: code)).name)
    #expect(!message.hasPrefix("\(part) stopped the printer") && !message.hasPrefix("\(part) paused"))
    #expect(message.hasSuffix("."))
  }

  @Test(
    arguments: [
      (0x0700_0100, 0x0001_0003, "AMS A reports a fatal fault."),
      (0x0703_0100, 0x0002_0003, "AMS D reports a serious fault."),
      (0x1801_0100, 0x0003_0003, "AMS HT B reports a fault."), (0x0C00_0200, 0x0004_0001, "The camera has a message."),
      (0x0C00_0200, 0x0003_000E, "The camera reports a fault."),
      (0x07FF_0200, 0x0003_000E, "The filament feed reports a fault."),
      (0x0300_0900, 0x0009_0001, "The motion controller reports something unknown."),
    ] as [(UInt32, UInt32, String)])
  func unknownCodesNameThePartAndTheGravity(attribute: UInt32, code: UInt32, message: String) {
    #expect(FaultText.describe(HMSCode(attribute: attribute, code: code), model: .x1c).message == message)
  }

  @Test func aPartThatNobodyKnowsHasNoText() {
    #expect(FaultText.describe(HMSCode(attribute: 0xEE00_0000, code: 1), model: .x1c).message == nil)
    #expect(FaultText.describe(PrintErrorCode(rawValue: 0xEE00_8000), model: .x1c).message == nil)
  }

  @Test func unknownErrorsSayWhatTheirGroupMeans() {
    func message(_ code: UInt32) -> String? { FaultText.describe(PrintErrorCode(rawValue: code), model: nil).message }
    #expect(message(0x0300_4FFF) == "The motion controller stopped the printer with an error.")
    #expect(message(0x1800_8014) == "AMS HT A paused the print or warns.")
    #expect(message(0x0500_C0FF) == "The mainboard asks for something at the printer's screen.")
  }

  @Test func refusedCommandsNameTheSwitch() throws {
    let message = try #require(
      FaultText.describe(HMSCode(attribute: 83_887_360, code: 65_543), model: .x1c).message)
    #expect(message.contains("Developer mode"))
  }
}
