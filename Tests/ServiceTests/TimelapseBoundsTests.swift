import Testing

@testable import Service

@Suite("Bounds of a time-lapse") struct TimelapseBoundsTests {
  @Test(
    "So many layers lie between two frames that the film lasts to the end of the print",
    arguments: [
      // Layers left, frames and bytes taken, layers to the next frame.
      (nil, 0, 0, 1), (0, 0, 0, 1), (100, 0, 0, 1), (99, 1, 1_000, 1), (100, 1, 1_000, 2), (101, 0, 0, 2),
      (1_000, 0, 0, 10),
      (500, 50, 50_000, 10), (100, 99, 99_000, 100), (100, 100, 100_000, 100), (100, 10, 900_000, 90),
      (3, 10, 999_999, 3),
    ] as [(Int?, Int, Int64, Int)])
  func step(left: Int?, frames: Int, bytes: Int64, step: Int) {
    let bounds = TimelapseBounds(isOn: true, frames: 100, bytes: 1_000_000)
    #expect(bounds.step(left: left, taken: (frames, bytes)) == step)
  }

  @Test("The camera stays connected between quick layers only")
  func letsGo() {
    #expect(TimelapseBounds.letsGo(after: nil) && TimelapseBounds.letsGo(after: .seconds(5)))
    #expect(!TimelapseBounds.letsGo(after: .milliseconds(4_999)) && !TimelapseBounds.letsGo(after: .zero))
  }
}
