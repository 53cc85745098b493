/// How much of a print was made (protocol sheet, section 7, "Filament used").
package enum PrintShare {
  /// All of a successful one, else by layers, else by the percentage of its time; nil where the printer told neither.
  package static func of(isWhole: Bool, layer: Int?, totalLayers: Int?, percent: Int?) -> Double? {
    if isWhole { return 1 }
    if let totalLayers, totalLayers > 0 { return min(1, max(0, Double(layer ?? 0) / Double(totalLayers))) }
    return percent.map { min(1, max(0, Double($0) / 100)) }
  }
}
