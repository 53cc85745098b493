import CShims
import Synchronization

/// A few threads for work that blocks, such as libcurl's. One starts when there is work, and ends after a while without.
///
/// Work may be given a lane: what is in one lane runs one after the other, in order.
package final class ThreadPool: Sendable {
  /// Why work is not done.
  package enum Refusal: Error, Sendable { case cancelled, busy }

  private struct Job {
    let id: UInt64
    let lane: UInt64?
    let run: @Sendable () -> Void
    let refuse: @Sendable (Refusal) -> Void
  }

  private struct State {
    var waiting: [Job] = []
    var busyLanes: Set<UInt64> = []
    var running: [UInt64: WorkControl] = [:]
    var threads = 0
    var sleeping = 0
    var lastID: UInt64 = 0
    var isOpen = true

    func isBusy(_ lane: UInt64?) -> Bool { lane.map(busyLanes.contains) ?? false }

    mutating func next() -> Job? {
      guard let index = waiting.firstIndex(where: { !isBusy($0.lane) }) else { return nil }
      let job = waiting.remove(at: index)
      if let lane = job.lane { busyLanes.insert(lane) }
      return job
    }
  }

  private let name: String
  private let limit: Int
  private let idleSeconds: Int
  private let waitingLimit: Int
  private let state = Mutex(State())
  private let wake = Semaphore()

  /// - Parameters:
  ///   - name: what the threads are called, at most 15 characters.
  ///   - limit: work at once; each costs a thread.
  ///   - idleSeconds: after these without work a thread ends.
  ///   - waiting: work that may wait in a lane, or outside of lanes; more is refused.
  package init(name: String, limit: Int, idleSeconds: Int, waiting: Int) {
    self.name = name
    self.limit = max(1, limit)
    self.idleSeconds = idleSeconds
    waitingLimit = waiting
  }

  /// Threads alive now.
  package var threads: Int { state.withLock { $0.threads } }

  /// A number that no other work of this pool has.
  package func makeNumber() -> UInt64 {
    state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
  }

  /// Runs the body on one of the threads.
  package func run<Answer: Sendable>(
    lane: UInt64? = nil, _ body: @escaping @Sendable (WorkControl) -> Answer
  ) async -> Result<Answer, Refusal> {
    let control = WorkControl()
    let id = makeNumber()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        submit(
          Job(
            id: id, lane: lane,
            run: {
              self.state.withLock { $0.running[id] = control }
              let result: Result<Answer, Refusal> = control.isCancelled ? .failure(.cancelled) : .success(body(control))
              self.state.withLock { state in
                state.running[id] = nil
                if let lane { state.busyLanes.remove(lane) }
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

  private func submit(_ job: Job, control: WorkControl) {
    enum Outcome { case accepted, refused(Refusal), needsThread }
    let outcome = state.withLock { state -> Outcome in
      guard state.isOpen, !control.isCancelled else { return .refused(.cancelled) }
      let before = state.waiting.count { $0.lane == job.lane }
      guard before < waitingLimit else { return .refused(.busy) }
      // The thread that frees the lane takes what waits for it.
      let mustWait = job.lane != nil && (before > 0 || state.isBusy(job.lane))
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
    case .refused(let refusal): job.refuse(refusal)
    case .needsThread:
      guard !SystemThread.startDetached(name, { self.work() }) else { return }
      let isLast = state.withLock { state in
        state.threads -= 1
        return state.threads == 0
      }
      if isLast { withdraw(job.id)?.refuse(.busy) }
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
    // What OpenSSL and libcurl freed goes back to the kernel once nobody is asked any more.
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
        guard !wake.wait(seconds: idleSeconds) else { continue }
        let ends = state.withLock { state in
          // A post is on its way to one who sleeps; without one left to wake it must be this one.
          guard state.sleeping > 0 else { return false }
          state.sleeping -= 1
          state.threads -= 1
          return true
        }
        if ends { return nil }
        _ = wake.wait(seconds: idleSeconds)
      }
    }
  }
}

/// Tells work that runs that nobody wants it any more; heeded within a second.
package final class WorkControl: Sendable {
  private let cancelled = Atomic(false)

  package init() {}

  package var isCancelled: Bool { cancelled.load(ordering: .relaxed) }
  package func cancel() { cancelled.store(true, ordering: .relaxed) }
}
