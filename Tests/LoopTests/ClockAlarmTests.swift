import Glibc
import Loop
import Model
import Synchronization
import TestKit
import Testing

/// The alarm by the system's clock. That it rings when the clock is set is the kernel's word (timerfd_create(2)); a test
/// may not set this machine's.
@Suite struct ClockAlarmTests {
  private final class Bell: Sendable {
    let rings = Mutex(0)
    var count: Int { rings.withLock(\.self) }
    func ring() { rings.withLock { $0 += 1 } }
  }

  private static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  @Test("It rings at its moment, once, and sleeps until then")
  func rings() async throws {
    let loop = try PollLoop(name: "alarm")
    defer { loop.shutdown() }
    let bell = Bell()
    let alarm = try ClockAlarm(on: loop) { bell.ring() }
    let moment = Self.now.adding(seconds: 0.2)
    alarm.set(to: moment, heedsSetting: true)
    try await eventually(within: 10, "it rings") { bell.count == 1 ? true : nil }
    #expect(Self.now >= moment && loop.passes < 20)
    // The last word counts: one that is taken back does not ring, one that is past does at once.
    alarm.set(to: Self.now.adding(seconds: 0.1), heedsSetting: false)
    alarm.set(to: nil, heedsSetting: false)
    alarm.set(to: nil, heedsSetting: true)
    alarm.set(to: Timestamp(seconds: 1), heedsSetting: true)
    try await eventually(within: 10, "it rings again") { bell.count == 2 ? true : nil }
    alarm.close()
    alarm.set(to: Timestamp(seconds: 1), heedsSetting: true)
    #expect(bell.count == 2)
  }
}
