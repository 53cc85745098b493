/// An entry of `hms` (protocol sheet, section 3.7): two 32-bit words.
package struct HMSCode: Hashable, Sendable {
  package enum Severity: Int, Sendable {
    case fatal = 1
    case serious = 2
    case common = 3
    case info = 4

    package var name: String {
      switch self {
      case .fatal: "fatal"
      case .serious: "serious"
      case .common: "common"
      case .info: "info"
      }
    }
  }

  package var attribute: UInt32
  package var code: UInt32

  package init(attribute: UInt32, code: UInt32) {
    self.attribute = attribute
    self.code = code
  }

  /// Four groups of four upper-case hex digits: `0300_0100_0001_0007`.
  package var text: String {
    [attribute >> 16, attribute & 0xFFFF, code >> 16, code & 0xFFFF].map(fourHexDigits).joined(separator: "_")
  }

  /// The upper half of the code; nil for numbers outside the four.
  package var severity: Severity? { Severity(rawValue: Int(code >> 16)) }
}

/// `print_error` or `fail_reason`: one 32-bit word, shown as two groups (`0300_400C`).
package struct PrintErrorCode: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package var text: String { "\(fourHexDigits(rawValue >> 16))_\(fourHexDigits(rawValue & 0xFFFF))" }

  /// 0300_400C and 0500_400E confirm that a person cancelled; they are no faults.
  package var isCancellation: Bool { rawValue == 0x0300_400C || rawValue == 0x0500_400E }
}

private func fourHexDigits(_ value: UInt32) -> String {
  let digits = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
