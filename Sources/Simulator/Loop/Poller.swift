import Glibc

/// Watches descriptors and timers for one thread. Not for use by any other.
///
/// `poll` serves the few hundred descriptors of 32 printers; nothing here blocks but the wait itself.
final class Poller {
  private struct Watch {
    var events: Int16
    let generation: Int
    let handler: (Int16) -> Void
  }

  private struct Timer {
    let due: Double
    let id: Int
    let action: () -> Void
  }

  /// Seconds of the monotonic clock at the start of this pass.
  private(set) var now = Poller.monotonicSeconds()
  private var watches: [Int32: Watch] = [:]
  private var timers: [Timer] = []
  private var count = 0

  static func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  func watch(_ descriptor: Int32, events: Int32, handler: @escaping (Int16) -> Void) {
    count += 1
    watches[descriptor] = Watch(events: Int16(events), generation: count, handler: handler)
  }

  func setEvents(_ descriptor: Int32, to events: Int32) { watches[descriptor]?.events = Int16(events) }

  func unwatch(_ descriptor: Int32) { watches[descriptor] = nil }

  /// Runs `action` once after so many seconds of real time, unless cancelled by the number returned.
  @discardableResult
  func after(_ seconds: Double, _ action: @escaping () -> Void) -> Int {
    count += 1
    timers.append(Timer(due: Self.monotonicSeconds() + seconds, id: count, action: action))
    return count
  }

  func cancel(_ timer: Int) { timers.removeAll { $0.id == timer } }

  /// One pass: waits for the first event or timer and serves all that are due.
  func pass() {
    now = Self.monotonicSeconds()
    let due = timers.map(\.due).min() ?? now + 60
    var milliseconds = ((due - now) * 1000).rounded(.up)
    milliseconds = min(max(milliseconds, 0), 60_000)
    var descriptors: [pollfd] = []
    var generations: [Int] = []
    for (descriptor, watch) in watches {
      descriptors.append(pollfd(fd: descriptor, events: watch.events, revents: 0))
      generations.append(watch.generation)
    }
    let ready = poll(&descriptors, nfds_t(descriptors.count), Int32(milliseconds))
    now = Self.monotonicSeconds()
    if ready > 0 {
      for (entry, generation) in zip(descriptors, generations) where entry.revents != 0 {
        // A handler before may have closed this one, and its number may already be somebody else's.
        guard let watch = watches[entry.fd], watch.generation == generation else { continue }
        watch.handler(entry.revents)
      }
    }
    let expired = timers.filter { $0.due <= now }.sorted { $0.due < $1.due }
    for timer in expired where timers.contains(where: { $0.id == timer.id }) {
      timers.removeAll { $0.id == timer.id }
      timer.action()
    }
  }
}
