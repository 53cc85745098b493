import Glibc

/// What only the loop's thread touches: timers, sockets, and the array for `poll`.
final class LoopCore {
  let birth = ContinuousClock().now
  let timers = LoopTimers()
  var sources: [any LoopSource] = []
  private var polled: [pollfd] = []

  /// Sleeps until a socket, a timer or the inbox has something, then serves each ready socket once.
  func poll(inbox: LoopInbox, now: ContinuousClock.Instant) {
    let sources = self.sources
    polled.removeAll(keepingCapacity: true)
    polled.append(pollfd(fd: inbox.wakeDescriptor, events: Int16(POLLIN), revents: 0))
    for source in sources { polled.append(pollfd(fd: source.descriptor, events: source.interest, revents: 0)) }
    let timeout = inbox.maySleep() ? milliseconds(from: now) : 0
    let count = Glibc.poll(&polled, nfds_t(polled.count), timeout)
    inbox.awoke()
    guard count > 0 else { return }
    for (index, source) in sources.enumerated() {
      let events = polled[index + 1].revents
      // A source may have let go of its descriptor while another was served.
      if events != 0, source.descriptor == polled[index + 1].fd { source.ready(events) }
    }
  }

  /// Until the next timer, rounded up so that it is due then; -1 is for ever.
  private func milliseconds(from now: ContinuousClock.Instant) -> Int32 {
    guard let next = timers.next else { return -1 }
    let wait = (next - now).components
    guard wait.seconds >= 0, wait.attoseconds >= 0 else { return 0 }
    let milliseconds =
      min(wait.seconds, 86_400) * 1000 + (wait.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(milliseconds)
  }

  func end() {
    let sources = self.sources
    self.sources = []
    timers.removeAll()
    for source in sources { source.loopEnded() }
  }
}
