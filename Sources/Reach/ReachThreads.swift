import CShims
import Loop
import Synchronization

/// A few threads for requests to the world outside. One starts when there is work and ends after half a minute without.
///
/// Each part of the service has its own: a provider that lets requests hang must not hold up a plug.
package final class ReachThreads: Sendable {
  static let idleSeconds = 30

  private struct Job {
    let id: UInt64
    let run: @Sendable () -> Void
    let refuse: @Sendable (ReachError) -> Void
  }

  private struct State {
    var waiting: [Job] = []
    var running: [UInt64: ReachControl] = [:]
    var threads = 0
    var sleeping = 0
    var lastID: UInt64 = 0
    var isOpen = true
  }

  private let name: String
  private let limit: Int
  private let waitingLimit: Int
  private let state = Mutex(State())
  private let wake = Semaphore()

  /// - Parameters:
  ///   - name: what the threads are called, at most 15 characters.
  ///   - limit: requests at once; each costs a thread and about 0.3 MB.
  ///   - waiting: requests that may wait beside them; one more is refused.
  package init(name: String, limit: Int, waiting: Int = 64) {
    self.name = name
    self.limit = max(1, limit)
    waitingLimit = waiting
  }

  /// Threads alive now.
  package var threads: Int { state.withLock { $0.threads } }

  func run<Answer: Sendable>(
    _ body: @escaping @Sendable (ReachControl) -> Result<Answer, ReachError>
  ) async -> Result<Answer, ReachError> {
    let control = ReachControl()
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        submit(
          Job(
            id: id,
            run: {
              self.state.withLock { $0.running[id] = control }
              let result = control.isCancelled ? .failure(.cancelled) : body(control)
              self.state.withLock { $0.running[id] = nil }
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

  private func submit(_ job: Job, control: ReachControl) {
    enum Outcome { case accepted, refused(ReachError), needsThread }
    let outcome = state.withLock { state -> Outcome in
      guard state.isOpen, !control.isCancelled else { return .refused(.cancelled) }
      guard state.waiting.count < waitingLimit else { return .refused(.busy) }
      state.waiting.append(job)
      if state.sleeping > 0 {
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
        if !state.waiting.isEmpty { return .run(state.waiting.removeFirst()) }
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

/// Tells a request that runs that nobody wants it any more.
final class ReachControl: Sendable {
  private let flag = Atomic(false)

  var isCancelled: Bool { flag.load(ordering: .relaxed) }
  func cancel() { flag.store(true, ordering: .relaxed) }
}
