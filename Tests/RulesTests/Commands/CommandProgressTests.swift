import Model
import Testing

@testable import Rules

/// What counts as acknowledged (contract, section 5, "Answers of control").
@Suite("The proof of a command")
struct CommandProgressTests {
  private static let lightOn = CommandEffect.lights(prefix: "chamber_light", mode: "on")

  private static func report(light: String = "off", state: GcodeState = .running) -> PrinterReport {
    var report = PrinterReport()
    report.isComplete = true
    report.lights = [Light(node: "chamber_light", mode: light)]
    report.gcodeState = state
    return report
  }

  @Test("success with our number is enough where nothing must show")
  func successCounts() {
    var progress = CommandProgress(awaiting: ["1"], effect: Self.lightOn, mustShow: false)
    #expect(progress.answered("9", .success) == nil)
    #expect(progress.answered("1", .success) == .acknowledged)
  }

  @Test("every message must be answered")
  func allOfThemCount() {
    var progress = CommandProgress(awaiting: ["1", "2"], effect: nil, mustShow: false)
    #expect(progress.answered("2", .success) == nil)
    #expect(progress.answered("2", .success) == nil)
    #expect(progress.answered("1", .success) == .acknowledged)
  }

  @Test("an echo without result counts once a later report shows the effect")
  func echoNeedsItsEffect() {
    var progress = CommandProgress(awaiting: ["1"], effect: Self.lightOn, mustShow: false)
    #expect(progress.reported(Self.report(light: "on")) == nil)
    #expect(progress.answered("1", .echo) == nil)
    #expect(progress.reported(Self.report()) == nil)
    #expect(progress.reported(Self.report(light: "on")) == .acknowledged)
  }

  @Test("an echo of what never shows proves nothing")
  func echoAloneIsSilence() {
    var progress = CommandProgress(awaiting: ["1"], effect: nil, mustShow: false)
    #expect(progress.answered("1", .echo) == nil)
    #expect(progress.reported(Self.report()) == nil)
    #expect(progress.expired == .silent(wasEchoed: true))
  }

  @Test("for pause, resume, stop and a start success alone does not do")
  func effectMustShow() {
    var progress = CommandProgress(awaiting: ["1"], effect: .paused, mustShow: true)
    #expect(progress.answered("1", .success) == nil)
    #expect(progress.reported(Self.report()) == nil)
    #expect(progress.reported(Self.report(state: .pause)) == .acknowledged)
  }

  @Test("the effect may show before the answer comes")
  func effectMayComeFirst() {
    var progress = CommandProgress(awaiting: ["1"], effect: .paused, mustShow: true)
    #expect(progress.reported(Self.report(state: .pause)) == nil)
    #expect(progress.answered("1", .success) == .acknowledged)
  }

  @Test("one refusal refuses the whole")
  func refusalEndsIt() {
    var progress = CommandProgress(awaiting: ["1", "2"], effect: nil, mustShow: false)
    #expect(progress.answered("1", .success) == nil)
    #expect(
      progress.answered("2", .failed(reason: "busy", isSignature: false))
        == .refused(reason: "busy", isSignature: false))
  }

  @Test("an echo after success takes nothing back")
  func echoTakesNothingBack() {
    var progress = CommandProgress(awaiting: ["1", "2"], effect: nil, mustShow: false)
    #expect(progress.answered("1", .success) == nil)
    #expect(progress.answered("1", .echo) == nil)
    #expect(progress.answered("2", .success) == .acknowledged)
  }

  @Test("no answer is silence")
  func nothingIsSilence() {
    #expect(
      CommandProgress(awaiting: ["1"], effect: .paused, mustShow: true).expired == .silent(wasEchoed: false))
  }
}
