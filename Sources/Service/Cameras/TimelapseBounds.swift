/// How much a time-lapse may take.
package struct TimelapseBounds: Hashable, Sendable {
  package var isOn: Bool
  /// Of one film.
  package var frames: Int
  package var bytes: Int64
  /// Of all films together; the oldest go.
  package var keptBytes: Int64

  package init(isOn: Bool, frames: Int = 3_000, bytes: Int64 = 256 << 20, keptBytes: Int64 = 2 << 30) {
    self.isOn = isOn
    self.frames = frames
    self.bytes = bytes
    self.keptBytes = keptBytes
  }

  /// From one frame to the next, in layers, so that the film lasts to the end of the print.
  ///
  /// - Parameters:
  ///   - left: layers of the print from here on; nil where nobody knows.
  ///   - taken: frames and bytes of the film so far.
  func step(left: Int?, taken: (frames: Int, bytes: Int64)) -> Int {
    guard let left, left > 0 else { return 1 }
    var step = Self.ratio(Int64(left), Int64(max(1, frames - taken.frames)))
    if taken.frames > 0 {
      let usual = max(1, taken.bytes / Int64(taken.frames))
      step = max(step, Self.ratio(Int64(left) * usual, max(usual, bytes - taken.bytes)))
    }
    return step
  }

  /// Whether the camera is let go of between this frame and the next. Where layers are quick it stays connected.
  ///
  /// - Parameter interval: since the frame before; nil for the first.
  static func letsGo(after interval: Duration?) -> Bool { interval.map { $0 >= .seconds(5) } ?? true }

  private static func ratio(_ part: Int64, _ whole: Int64) -> Int { Int(max(1, (part + whole - 1) / whole)) }
}
