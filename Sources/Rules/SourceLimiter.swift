/// Lets so much through from each sender in a fixed window, each beginning with the sender's first message.
///
/// At most `capacity` senders: when all windows run, the one that began first goes, which gives its sender a fresh one.
package struct SourceLimiter<Source: Hashable & Sendable>: Sendable {
  private struct Window: Sendable {
    var began: ContinuousClock.Instant
    var count: Int
  }

  private let allowance: Int
  private let length: Duration
  private let capacity: Int
  private var windows: [Source: Window] = [:]
  /// In the order in which the windows began; `head` is the first that still runs.
  private var order: [Source] = []
  private var head = 0

  package init(allowance: Int, length: Duration, capacity: Int = 256) {
    self.allowance = allowance
    self.length = length
    self.capacity = max(1, capacity)
  }

  /// Senders that are counted now.
  package var count: Int { windows.count }

  /// Counts one message; false when its sender has had enough for now.
  package mutating func admits(_ source: Source, at now: ContinuousClock.Instant) -> Bool {
    while head < order.count, let first = windows[order[head]], now - first.began >= length { dropFirst() }
    if windows[source] == nil {
      if windows.count >= capacity { dropFirst() }
      windows[source] = Window(began: now, count: 0)
      order.append(source)
    }
    guard let window = windows[source], window.count < allowance else { return false }
    windows[source]?.count += 1
    return true
  }

  private mutating func dropFirst() {
    windows[order[head]] = nil
    head += 1
    if head * 2 > order.count {
      order.removeFirst(head)
      head = 0
    }
  }
}
