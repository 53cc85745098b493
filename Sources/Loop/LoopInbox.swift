import CShims
import Glibc
import Synchronization

/// What other threads hand to the loop, and the descriptor that wakes it.
///
/// Not bounded by itself: a Swift executor may not refuse a job. The number of jobs is bounded by the number of tasks
/// that wait for the actors on the loop, and that of closures by the resolver's queue.
final class LoopInbox: Sendable {
  enum Work {
    case job(UnownedJob)
    case body(@Sendable () -> Void)
  }

  private struct State {
    var work: [Work] = []
    var isAsleep = false
    var isClosing = false
    /// The thread has ended; whoever brings work runs it.
    var isClosed = false
    var isDraining = false
  }

  /// Readable when there is something to do.
  let wakeDescriptor: Int32
  private let state = Mutex(State())

  init() throws(PollLoopError) {
    wakeDescriptor = layerberry_eventfd()
    guard wakeDescriptor >= 0 else { throw PollLoopError(errno: errno) }
  }

  deinit { Glibc.close(wakeDescriptor) }

  var isClosing: Bool { state.withLock { $0.isClosing } }
  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// True when the caller has to run what is there, because the thread is gone and nobody else does.
  func put(_ work: Work) -> Bool {
    let (mustWake, mustDrain) = state.withLock { state in
      state.work.append(work)
      if state.isClosed {
        defer { state.isDraining = true }
        return (false, !state.isDraining)
      }
      defer { state.isAsleep = false }
      return (state.isAsleep, false)
    }
    if mustWake { wake() }
    return mustDrain
  }

  /// Everything that has come so far. What comes while it is run waits for the next pass, after the sockets.
  func take() -> [Work] {
    state.withLock { state in
      let work = state.work
      state.work = []
      return work
    }
  }

  /// As `take`, for the caller that drains a closed inbox; empty ends its duty.
  func takeDraining() -> [Work] {
    state.withLock { state in
      let work = state.work
      state.work = []
      if work.isEmpty { state.isDraining = false }
      return work
    }
  }

  /// Whether the loop may sleep; from then on the next `put` wakes it.
  func maySleep() -> Bool {
    state.withLock { state in
      state.isAsleep = state.work.isEmpty && !state.isClosing
      return state.isAsleep
    }
  }

  func awoke() {
    state.withLock { $0.isAsleep = false }
    var count: UInt64 = 0
    _ = read(wakeDescriptor, &count, MemoryLayout.size(ofValue: count))
  }

  func close() {
    state.withLock { state in
      state.isClosing = true
      state.isAsleep = false
    }
    wake()
  }

  /// True when nothing was left to do, so that the thread may end.
  func finish() -> Bool {
    state.withLock { state in
      guard state.work.isEmpty else { return false }
      state.isClosed = true
      return true
    }
  }

  private func wake() {
    var one: UInt64 = 1
    _ = write(wakeDescriptor, &one, MemoryLayout.size(ofValue: one))
  }
}
