/// Holds back a printer that sends more than its share, so that one cannot keep the loop from the others.
struct ReadThrottle {
  private let bytesPerSecond: UInt64
  private var windowBegan: ContinuousClock.Instant?
  private var totalAtBegin: UInt64 = 0
  private(set) var isPaused = false

  init(bytesPerSecond: Int) { self.bytesPerSecond = UInt64(max(1, bytesPerSecond)) }

  /// How long to read nothing; nil when the peer is within its share.
  /// - Parameter total: bytes received since the connection began.
  mutating func pause(total: UInt64, now: ContinuousClock.Instant) -> Duration? {
    guard let began = windowBegan, now - began < .seconds(1) else {
      windowBegan = now
      totalAtBegin = total
      return nil
    }
    guard !isPaused, total - totalAtBegin > bytesPerSecond else { return nil }
    isPaused = true
    return now.duration(to: began.advanced(by: .seconds(1)))
  }

  mutating func resume() { isPaused = false }
}
