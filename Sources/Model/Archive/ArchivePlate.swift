/// A plate of a file in the archive, as far as lists and the queue need to know it.
package struct ArchivePlate: Hashable, Sendable {
  /// 1-based.
  package var index: Int
  /// It has G-code.
  package var isPrintable: Bool
  /// Estimated.
  package var seconds: Int?
  /// Estimated, grams.
  package var grams: Double?

  package init(index: Int, isPrintable: Bool, seconds: Int?, grams: Double?) {
    self.index = index
    self.isPrintable = isPrintable
    self.seconds = seconds
    self.grams = grams
  }
}
