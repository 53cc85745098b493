import CShims
import Glibc
import Synchronization
import Loop

/// A few threads that run file operations: one at a time for each lane, a lane being a printer.
///
/// Threads and not one multi handle: libcurl waits for the 226 of a finished transfer inside `ftp_done` without giving
/// its loop back, up to a minute, and every other printer's transfer would stand still for so long. A thread starts when
/// there is work and ends after a minute without any.
package final class TransferWorkers: Sendable {
  /// Operations of one printer that may wait beside the one that runs; more are refused.
  package static let waitingLimit = 8
  static let idleSeconds = 60

  private struct Job {
    let id: UInt64
    let lane: UInt64
    let run: @Sendable () -> Void
    let refuse: @Sendable (StorageError) -> Void
  }

  private struct State {
    var waiting: [Job] = []
    var busyLanes: Set<UInt64> = []
    var running: [UInt64: TransferControl] = [:]
    var threads = 0
    var sleeping = 0
    var lastID: UInt64 = 0
    var isOpen = true

    mutating func next() -> Job? {
      guard let index = waiting.firstIndex(where: { !busyLanes.contains($0.lane) }) else { return nil }
      let job = waiting.remove(at: index)
      busyLanes.insert(job.lane)
      return job
    }
  }

  private let limit: Int
  private let state = Mutex(State())
  private let wake = Semaphore()

  /// - Parameter limit: transfers at once, over all printers; each costs about 0.3 MB.
  package init(limit: Int = 8) { self.limit = max(1, limit) }

  /// Threads alive now.
  package var threads: Int { state.withLock { $0.threads } }

  func makeLane() -> UInt64 {
    state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
  }

  /// Runs the body on one of the threads, after what this lane has been given before.
  func run<Answer: Sendable>(
    lane: UInt64, _ body: @escaping @Sendable (TransferControl) -> Result<Answer, StorageError>
  ) async -> Result<Answer, StorageError> {
    let id = makeLane()
    let control = TransferControl()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        submit(
          Job(
            id: id, lane: lane,
            run: {
              self.state.withLock { $0.running[id] = control }
              let result = control.isCancelled ? .failure(.cancelled) : body(control)
              self.state.withLock { state in
                state.running[id] = nil
                state.busyLanes.remove(lane)
              }
              continuation.resume(returning: result)
            },
            refuse: { continuation.resume(returning: .failure($0)) }),
          control: control)
      }
    } onCancel: {
      control.cancel()
      withdraw(id)?.refuse(.cancelled)
    }
  }

  /// Refuses what waits and breaks off what runs.
  package func shutdown() {
    let refused = state.withLock { state in
      state.isOpen = false
      for control in state.running.values { control.cancel() }
      for _ in 0..<state.sleeping { wake.post() }
      state.sleeping = 0
      defer { state.waiting = [] }
      return state.waiting
    }
    for job in refused { job.refuse(.cancelled) }
  }

  private func submit(_ job: Job, control: TransferControl) {
    enum Outcome { case accepted, refused(StorageError), needsThread }
    let outcome = state.withLock { state -> Outcome in
      guard state.isOpen, !control.isCancelled else { return .refused(.cancelled) }
      guard state.waiting.count(where: { $0.lane == job.lane }) < Self.waitingLimit else {
        return .refused(.tooManyWaiting)
      }
      // The thread that frees the lane takes what waits for it.
      let mustWait = state.busyLanes.contains(job.lane) || state.waiting.contains { $0.lane == job.lane }
      state.waiting.append(job)
      if mustWait {
        return .accepted
      } else if state.sleeping > 0 {
        state.sleeping -= 1
        wake.post()
      } else if state.threads < limit {
        state.threads += 1
        return .needsThread
      }
      return .accepted
    }
    switch outcome {
    case .accepted: return
    case .refused(let error): job.refuse(error)
    case .needsThread:
      guard !SystemThread.startDetached("files", { self.work() }) else { return }
      let isLast = state.withLock { state in
        state.threads -= 1
        return state.threads == 0
      }
      if isLast { withdraw(job.id)?.refuse(.tooManyWaiting) }
    }
  }

  private func withdraw(_ id: UInt64) -> Job? {
    state.withLock { state in
      state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
    }
  }

  // MARK: The threads

  private func work() {
    while let job = nextJob() { job.run() }
    // What OpenSSL and libcurl freed goes back to the kernel once nobody moves files any more.
    if threads == 0 { layerberry_release_heap() }
  }

  /// Nil when this thread is to end.
  private func nextJob() -> Job? {
    enum Step { case run(Job), sleep, end }
    while true {
      let step = state.withLock { state -> Step in
        if let job = state.next() { return .run(job) }
        guard state.isOpen else {
          state.threads -= 1
          return .end
        }
        state.sleeping += 1
        return .sleep
      }
      switch step {
      case .run(let job): return job
      case .end: return nil
      case .sleep:
        guard !wake.wait(seconds: Self.idleSeconds) else { continue }
        let ends = state.withLock { state in
          // A post is on its way to one who sleeps; without one left to wake it must be this one.
          guard state.sleeping > 0 else { return false }
          state.sleeping -= 1
          state.threads -= 1
          return true
        }
        if ends { return nil }
        _ = wake.wait(seconds: Self.idleSeconds)
      }
    }
  }
}
