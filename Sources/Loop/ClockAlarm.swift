import CShims
import Glibc
package import Model
import Synchronization

/// Rings at a moment of the system's clock, and when that clock is set: so that whatever waits for a time of day need not
/// look at it again and again.
///
/// May be set from any thread. It rings on the loop; what rings must be short.
package final class ClockAlarm: LoopSource, Sendable {
  /// Farther away than anything that waits: for an alarm that rings only when the clock is set.
  private static let never = Timestamp(seconds: 32_503_680_000)  // the year 3000

  private let loop: PollLoop
  private let ring: @Sendable () -> Void
  private let state: Mutex<Int32>

  /// - Throws: `PollLoopError` when the system has no timer left.
  package init(on loop: PollLoop, ring: @escaping @Sendable () -> Void) throws(PollLoopError) {
    let timer = layerberry_clock_alarm()
    guard timer >= 0 else { throw PollLoopError(errno: errno) }
    self.loop = loop
    self.ring = ring
    state = Mutex(timer)
    loop.execute { loop.add(self) }
  }

  /// - Parameters:
  ///   - moment: nil is none; the last call counts.
  ///   - heedsSetting: whether it also rings when the clock is set.
  package func set(to moment: Timestamp?, heedsSetting: Bool) {
    let moment = moment ?? (heedsSetting ? Self.never : nil)
    state.withLock { timer in
      guard timer >= 0 else { return }
      // 0 would disarm it; a moment that is past rings at once.
      _ = layerberry_set_clock_alarm(timer, moment.map { max(1, $0.milliseconds) } ?? 0)
    }
  }

  /// Rings no more.
  package func close() {
    loop.execute { [self] in
      loop.remove(self)
      loopEnded()
    }
  }

  package var descriptor: Int32 { state.withLock(\.self) }
  package var interest: Int16 { Int16(POLLIN) }

  package func ready(_ events: Int16) {
    var count: UInt64 = 0
    let result = state.withLock { read($0, &count, MemoryLayout.size(ofValue: count)) }
    // ECANCELED: the clock was set. The timer goes on by the new time.
    if result > 0 || errno == ECANCELED { ring() }
  }

  package func loopEnded() {
    state.withLock { timer in
      if timer >= 0 { Glibc.close(timer) }
      timer = -1
    }
  }
}
