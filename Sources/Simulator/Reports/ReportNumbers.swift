/// Numbers as firmware writes them.
enum ReportNumbers {
  static func oneDecimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }

  /// Thirty-seconds of a degree, the step of the older boards.
  static func fine(_ value: Double) -> Double { (value * 32).rounded() / 32 }
}
