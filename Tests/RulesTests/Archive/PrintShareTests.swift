import Rules
import Testing

/// What a print used: the file's figures, by the layers that were made.
@Suite struct PrintShareTests {
  @Test(
    arguments: [
      (true, 0, 100, 3, 1.0), (true, nil, nil, nil, 1.0), (false, 25, 100, 90, 0.25), (false, nil, 100, 90, 0.0),
      (false, 120, 100, nil, 1.0), (false, nil, nil, 40, 0.4), (false, 7, 0, 40, 0.4), (false, nil, nil, nil, nil),
    ] as [(Bool, Int?, Int?, Int?, Double?)])
  func countsTheLayersThatWereMade(isWhole: Bool, layer: Int?, total: Int?, percent: Int?, share: Double?) {
    #expect(PrintShare.of(isWhole: isWhole, layer: layer, totalLayers: total, percent: percent) == share)
  }
}
