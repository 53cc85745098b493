package import Model

/// What a print costs by the prices of the filaments on the shelf.
package enum FilamentCost {
  /// A filament's price, in the setting `currency`.
  package struct Price: Hashable, Sendable {
    package var type: String
    /// `#RRGGBB`, in any case; nil where the price is for every colour.
    package var color: String?
    package var perKilogram: Double

    package init(type: String, color: String?, perKilogram: Double) {
      self.type = type
      self.color = color
      self.perKilogram = perKilogram
    }
  }

  /// nil where no weight is known, or a filament has no price: half a cost would be a wrong one.
  ///
  /// - Parameters:
  ///   - needed: what the file says that the print takes.
  ///   - used: grams that it took, where that is known; shared among the filaments as the file shares them.
  package static func cost(of needed: [ArchiveFilament], used: Double?, prices: [Price]) -> Double? {
    let weighed = needed.filter { ($0.grams ?? 0) > 0 }
    let estimated = weighed.reduce(0) { $0 + ($1.grams ?? 0) }
    guard estimated > 0 else { return nil }
    let share = (used ?? estimated) / estimated
    var cost = 0.0
    for filament in weighed {
      guard let price = price(of: filament, prices) else { return nil }
      cost += (filament.grams ?? 0) * share * price / 1000
    }
    return cost
  }

  /// The price of that colour before the one of every colour, before the first of the type.
  private static func price(of filament: ArchiveFilament, _ prices: [Price]) -> Double? {
    guard let type = filament.type?.lowercased() else { return nil }
    let fitting = prices.filter { $0.type.lowercased() == type }
    let color = filament.color.map(plain)
    let best =
      fitting.first { $0.color.map(plain) == color && color != nil } ?? fitting.first { $0.color == nil }
      ?? fitting.first
    return best?.perKilogram
  }

  /// Without the opacity, in lower case.
  private static func plain(_ color: String) -> String { String(color.lowercased().prefix(7)) }
}
