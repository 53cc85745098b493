package import Model

/// Whether a printer is one that a file was sliced for (contract, section 5, "Queue").
package enum MachineFit {
  /// Their plates and motion are the same, so that a file for one prints on each of them (contract, section 5).
  private static let interchangeable: Set<PrinterModel> = [.x1, .x1c, .x1e, .p1p, .p1s]
  /// Millimetres below which two nozzles are the same.
  private static let tolerance = 0.01

  /// Whether files for one model print on the other.
  package static func isSame(_ left: PrinterModel, _ right: PrinterModel) -> Bool {
    left == right || (interchangeable.contains(left) && interchangeable.contains(right))
  }

  /// What differs, as a sentence; nil where nothing does, as far as both sides tell.
  /// - Parameters:
  ///   - nozzles: millimetres, as the printer reports them; empty while it does not.
  ///   - ignoringNozzles: the person's `ignore_mismatch`, which lifts the diameter and nothing else.
  package static func objection(
    _ demand: PrintDemand, model: PrinterModel?, nozzles: [Double], ignoringNozzles: Bool
  ) -> String? {
    if let wanted = demand.model, let model, !isSame(wanted, model) {
      return "The file was sliced for the \(wanted.displayName), and the printer's model is \(model.displayName)."
    }
    guard !ignoringNozzles, !nozzles.isEmpty, !demand.nozzleDiameters.isEmpty else { return nil }
    let (wanted, there) = (demand.nozzleDiameters.sorted(), nozzles.sorted())
    let fits =
      wanted.count == there.count
      ? zip(wanted, there).allSatisfy(isEqual)
      : wanted.allSatisfy { diameter in there.contains { isEqual(diameter, $0) } }
    guard !fits else { return nil }
    return "The file was sliced for a nozzle of \(words(wanted)) mm, and the printer has \(words(there)) mm."
  }

  private static func isEqual(_ left: Double, _ right: Double) -> Bool { abs(left - right) < tolerance }

  private static func words(_ diameters: [Double]) -> String {
    var shown: [String] = []
    for text in diameters.map({ "\($0)" }) where !shown.contains(text) { shown.append(text) }
    return shown.joined(separator: " and ")
  }
}
