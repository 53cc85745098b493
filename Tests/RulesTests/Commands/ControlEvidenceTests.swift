import Model
import Testing

@testable import Rules

/// Every sign of the protocol sheet, section 3.9.
@Suite("Whether a printer takes commands")
struct ControlEvidenceTests {
  private static func report(signature: Bool? = nil, hms: Bool = false, isComplete: Bool = true) -> PrinterReport {
    var report = PrinterReport()
    report.isComplete = isComplete
    report.needsSignature = signature
    report.hms = hms ? [ControlEvidence.healthCode] : []
    return report
  }

  enum Step: Sendable {
    case session
    case reported(signature: Bool? = nil, hms: Bool = false)
    case success, refusal, otherFailure, echo, echoedInVain
  }

  static let table: [(String, [Step], ControlStanding)] = [
    ("nothing is known", [], .unknown),
    ("no word in the report", [.reported()], .unknown),
    ("the bit is set", [.reported(signature: true)], .refused),
    ("the bit is clear", [.reported(signature: false)], .allowed),
    ("Developer mode is switched on", [.reported(signature: true), .reported(signature: false)], .allowed),
    ("a failed verification", [.reported(), .refusal], .refused),
    ("a failed verification with the bit clear", [.reported(signature: false), .refusal], .refused),
    ("a command that worked", [.reported(), .success], .allowed),
    ("another failure says nothing", [.reported(), .otherFailure], .unknown),
    ("an echo says nothing", [.reported(), .echo], .unknown),
    ("the health message appears", [.reported(), .reported(hms: true)], .refused),
    ("the health message appears and goes", [.reported(), .reported(hms: true), .reported()], .unknown),
    ("it goes, but a reply refused", [.reported(), .reported(hms: true), .refusal, .reported()], .refused),
    ("it appears, and a command works", [.reported(), .reported(hms: true), .success], .allowed),
    (
      "the bit is told to be clear after a refusal", [.reported(), .refusal, .reported(signature: false)], .allowed
    ),
    (
      "the bit stays clear after a refusal",
      [.reported(signature: false), .refusal, .reported(signature: false)], .refused
    ),
    ("the health message stood there before we came", [.reported(hms: true)], .unknown),
    ("it stood there, and a command has no effect", [.reported(hms: true), .echo, .echoedInVain], .refused),
    (
      "it stood there, a command had no effect, and it goes",
      [.reported(hms: true), .echo, .echoedInVain, .reported()], .unknown
    ),
    ("without it no effect is not a refusal", [.reported(), .echo, .echoedInVain], .unknown),
    ("a new session begins anew", [.reported(), .refusal, .session], .unknown),
  ]

  @Test("the signs are read", arguments: table)
  func signsAreRead(name: String, steps: [Step], expected: ControlStanding) {
    var evidence = ControlEvidence()
    for step in steps {
      switch step {
      case .session: evidence.sessionBegan()
      case .reported(let signature, let hms): evidence.reported(Self.report(signature: signature, hms: hms))
      case .success: evidence.answered(.success)
      case .refusal: evidence.answered(.failed(reason: "mqtt message verify failed", isSignature: true))
      case .otherFailure: evidence.answered(.failed(reason: "busy", isSignature: false))
      case .echo: evidence.answered(.echo)
      case .echoedInVain: _ = evidence.echoedInVain()
      }
    }
    #expect(evidence.standing == expected, "\(name)")
  }

  @Test("parts of a picture say nothing")
  func partsAreNotWeighed() {
    var evidence = ControlEvidence()
    evidence.reported(Self.report(signature: true, isComplete: false))
    #expect(evidence.standing == .unknown)
  }

  @Test("the refusal says what to switch on")
  func theFaultHasTheHint() {
    #expect(ControlStanding.fault.code == .commandRefused)
    #expect(ControlStanding.fault.controlHint == ControlStanding.hint)
    #expect(ControlStanding.hint.contains("Developer mode"))
  }
}
