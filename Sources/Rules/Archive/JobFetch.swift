package import Model

/// When the file of a job is fetched from its printer (protocol sheet, section 4, "When to fetch").
package enum JobFetch {
  /// Seconds between two tries: the file appears late, and half of it first.
  package static let interval = 5.0
  /// Seconds after the first try in which it must have appeared.
  package static let patience = 60.0
  /// Tries that find nothing, or half a file.
  package static let tries = Int(patience / interval) + 1

  /// Whether the file can lie on the card by now: P1 and A1 have it when their preparation is nearly over, the others
  /// only once they run.
  package static func isDue(model: PrinterModel?, state: GcodeState, preparePercent: Int?) -> Bool {
    switch state {
    case .running, .pause: return true
    case .prepare:
      guard let series = model?.series, series == .p1 || series == .a1 else { return false }
      return preparePercent.map { $0 >= 99 } ?? false
    default: return false
    }
  }
}
