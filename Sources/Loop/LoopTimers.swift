/// A moment at which the loop calls back; confined to the loop.
package final class LoopTimer {
  let due: ContinuousClock.Instant
  private var body: (() -> Void)?
  private weak var timers: LoopTimers?

  fileprivate init(due: ContinuousClock.Instant, timers: LoopTimers, body: @escaping () -> Void) {
    self.due = due
    self.timers = timers
    self.body = body
  }

  /// It will not call any more; cancelling twice, or from its own call, is fine.
  package func cancel() {
    body = nil
    timers?.remove(self)
  }

  fileprivate func fire() {
    let body = self.body
    self.body = nil
    body?()
  }
}

/// The loop's timers, latest first. There are a handful for each session, so a sorted array is enough.
final class LoopTimers {
  private var timers: [LoopTimer] = []

  var next: ContinuousClock.Instant? { timers.last?.due }

  func add(due: ContinuousClock.Instant, _ body: @escaping () -> Void) -> LoopTimer {
    let timer = LoopTimer(due: due, timers: self, body: body)
    let index = timers.firstIndex { $0.due <= due } ?? timers.endIndex
    timers.insert(timer, at: index)
    return timer
  }

  fileprivate func remove(_ timer: LoopTimer) {
    if let index = timers.firstIndex(where: { $0 === timer }) { timers.remove(at: index) }
  }

  /// Calls those that are due at `now`; those that they add wait for the next pass.
  func fire(at now: ContinuousClock.Instant) {
    var due: [LoopTimer] = []
    while let last = timers.last, last.due <= now {
      due.append(last)
      timers.removeLast()
    }
    for timer in due { timer.fire() }
  }

  func removeAll() { timers = [] }
}
