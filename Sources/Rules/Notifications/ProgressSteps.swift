/// At which percentages the progress of a print is told (the setting `notify.progress_steps`).
package enum ProgressSteps {
  /// The step to tell now, nil for none. Steps that were passed over in one go are told by the highest only.
  /// - Parameter told: the highest step that was told of this print; 0 for none.
  package static func reached(_ percent: Int, steps: [Int], told: Int) -> Int? {
    steps.filter { $0 <= percent && $0 > told }.max()
  }
}

/// When a spool that prints runs low: once, until it is fuller again or another one.
package struct FilamentWatch: Hashable, Sendable {
  /// Per cent of the spool.
  package static let low = 10
  private static let recovered = 15

  package struct Tray: Hashable, Sendable {
    package var unit: Int
    package var slot: Int

    package init(unit: Int, slot: Int) {
      self.unit = unit
      self.slot = slot
    }
  }

  private var told: Set<Tray> = []

  package init() {}

  /// Whether this is to be told now.
  /// - Parameter remaining: per cent; nil where nobody knows.
  package mutating func isNewlyLow(_ tray: Tray, remaining: Int?, isPresent: Bool) -> Bool {
    guard let remaining, remaining >= 0, isPresent else {
      if !isPresent { told.remove(tray) }
      return false
    }
    if remaining >= Self.recovered { told.remove(tray) }
    return remaining <= Self.low && told.insert(tray).inserted
  }
}
