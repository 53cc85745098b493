/// How often a camera's pictures come, and from when on they are late. Pure: it is told when one came.
struct PictureRhythm: Hashable, Sendable {
  /// The share of the newest interval in the mean.
  private static let weight = 0.2
  private static let patienceAtMost = Duration.seconds(60)

  let stall: Duration
  private(set) var last: ContinuousClock.Instant?
  /// The mean time between two pictures; kept over a reconnect.
  private(set) var interval: Duration?
  private var isFirst = true
  /// `stall`, and more while connections bring one picture each: then the camera is slower than we could know.
  private var patience: Duration

  init(stall: Duration) {
    self.stall = stall
    patience = stall
  }

  /// A connection begins: the pause before it says nothing about the camera.
  mutating func begin() { isFirst = true }

  mutating func arrived(at now: ContinuousClock.Instant) {
    if let last, !isFirst {
      let newest = now - last
      interval = interval.map { $0 * (1 - Self.weight) + newest * Self.weight } ?? newest
      patience = stall
    }
    isFirst = false
    last = now
  }

  /// The connection was given up because no picture came for `limit`.
  mutating func stalled() {
    patience = min(patience * 2, max(Self.patienceAtMost, stall))
  }

  /// Pictures a second; nil before the second picture.
  var framesPerSecond: Double? { interval.map { 1 / max(0.001, $0 / .seconds(1)) } }

  /// Without a picture for this long the camera has stalled.
  var limit: Duration { max(patience, (interval ?? .zero) * 5) }
}
