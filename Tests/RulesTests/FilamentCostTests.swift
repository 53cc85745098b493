import Model
import Rules
import Testing

/// What a print costs by the prices of the shelf.
@Suite struct FilamentCostTests {
  private static let prices = [
    FilamentCost.Price(type: "PLA", color: "#FF0000", perKilogram: 30),
    FilamentCost.Price(type: "PLA", color: nil, perKilogram: 20),
    FilamentCost.Price(type: "PETG", color: "#000000", perKilogram: 40),
  ]

  private static func needed(_ type: String?, _ color: String?, _ grams: Double?) -> ArchiveFilament {
    ArchiveFilament(type: type, color: color, grams: grams)
  }

  @Test func aPriceOfTheColourComesBeforeOneOfAll() {
    let cost = { FilamentCost.cost(of: [$0], used: nil, prices: Self.prices) }
    #expect(cost(Self.needed("PLA", "#ff0000FF", 100)) == 3)
    #expect(cost(Self.needed("pla", "#00FF00", 100)) == 2)
    #expect(cost(Self.needed("PLA", nil, 100)) == 2)
    #expect(cost(Self.needed("PETG", "#FFFFFF", 100)) == 4)
  }

  @Test func whatWasUsedIsSharedAsTheFileSharesIt() {
    let needed = [Self.needed("PLA", nil, 75), Self.needed("PETG", nil, 25)]
    #expect(FilamentCost.cost(of: needed, used: nil, prices: Self.prices) == 2.5)
    #expect(FilamentCost.cost(of: needed, used: 50, prices: Self.prices) == 1.25)
    #expect(FilamentCost.cost(of: needed, used: 0, prices: Self.prices) == 0)
  }

  @Test func halfACostIsNone() {
    #expect(FilamentCost.cost(of: [], used: 10, prices: Self.prices) == nil)
    #expect(FilamentCost.cost(of: [Self.needed("PLA", nil, nil)], used: 10, prices: Self.prices) == nil)
    #expect(
      FilamentCost.cost(of: [Self.needed("PLA", nil, 1), Self.needed("ABS", nil, 1)], used: nil, prices: Self.prices)
        == nil)
    #expect(FilamentCost.cost(of: [Self.needed(nil, nil, 1)], used: nil, prices: Self.prices) == nil)
  }
}
