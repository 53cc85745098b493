/// A filament that a print needs, as its file says.
package struct ArchiveFilament: Hashable, Sendable {
  /// `PLA`, `PETG-CF`.
  package var type: String?
  /// `#RRGGBB` or `#RRGGBBAA`.
  package var color: String?
  /// Estimated.
  package var grams: Double?

  package init(type: String?, color: String?, grams: Double?) {
    self.type = type
    self.color = color
    self.grams = grams
  }
}
