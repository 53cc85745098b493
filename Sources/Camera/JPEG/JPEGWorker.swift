import Glibc
import Loop
package import NIOCore
import Synchronization

/// One thread that decodes and encodes pictures, one at a time, so that memory for one is all that is needed. It starts
/// when there is work and ends after 10 s without any.
///
/// At most `limit` pieces of work wait; more are refused as busy.
package final class JPEGWorker: Sendable {
  package static let limit = 8
  private static let idleSeconds = 10

  private struct Job {
    let id: UInt64
    let run: @Sendable () -> Void
    let refuse: @Sendable () -> Void
  }

  private struct State {
    var waiting: [Job] = []
    var lastID: UInt64 = 0
    var isRunning = false
    var isClosed = false
  }

  private let state = Mutex(State())
  private let wake = Semaphore()
  let notices = NoticeShelf()

  package init() {}

  /// Whether the thread lives at this moment.
  package var isRunning: Bool { state.withLock { $0.isRunning } }

  /// As `JPEGPicture.resized`.
  package func resized(_ jpeg: ByteBuffer, width: Int?, quality: Int) async throws(JPEGError) -> ByteBuffer {
    let result = await run { () -> Result<ByteBuffer, JPEGError> in
      do throws(JPEGError) {
        return .success(try JPEGPicture(jpeg).resized(width: width, quality: quality))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let made): return made
    case .failure(let error): throw error
    }
  }

  /// As `JPEGPicture.judge`.
  package func judged(_ jpeg: ByteBuffer) async throws(JPEGError) {
    let result = await run { () -> Result<ByteBuffer, JPEGError> in
      do throws(JPEGError) {
        try JPEGPicture(jpeg).judge()
        return .success(jpeg)
      } catch {
        return .failure(error)
      }
    }
    if case .failure(let error) = result { throw error }
  }

  /// Refuses what waits; what is under way is finished.
  package func shutdown() {
    let refused = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for job in refused { job.refuse() }
    wake.post()
  }

  private func run(
    _ body: @escaping @Sendable () -> Result<ByteBuffer, JPEGError>
  ) async -> Result<ByteBuffer, JPEGError> {
    let id = nextID()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        submit(
          id: id, { continuation.resume(returning: body()) },
          refuse: { continuation.resume(returning: .failure(.busy)) })
      }
    } onCancel: {
      withdraw(id)?.refuse()
    }
  }

  private func nextID() -> UInt64 {
    state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
  }

  /// Calls one of the two, on the worker's thread or at once.
  ///
  /// - Parameter isSmall: little work of which there is little, such as one drawn picture for a camera; it is taken
  ///   even where no more may wait.
  func submit(_ body: @escaping @Sendable () -> Void, isSmall: Bool = false, refuse: @escaping @Sendable () -> Void) {
    submit(id: nextID(), isSmall: isSmall, body, refuse: refuse)
  }

  private func submit(
    id: UInt64, isSmall: Bool = false, _ body: @escaping @Sendable () -> Void, refuse: @escaping @Sendable () -> Void
  ) {
    let (isTaken, mustStart) = state.withLock { state in
      guard !state.isClosed, isSmall || state.waiting.count < Self.limit else { return (false, false) }
      state.waiting.append(Job(id: id, run: body, refuse: refuse))
      defer { state.isRunning = true }
      return (true, !state.isRunning)
    }
    guard isTaken else { return refuse() }
    if mustStart, !SystemThread.startDetached("pictures", { self.work() }) {
      let refused = state.withLock { state in
        state.isRunning = false
        defer { state.waiting = [] }
        return state.waiting
      }
      for job in refused { job.refuse() }
      return
    }
    wake.post()
  }

  private func withdraw(_ id: UInt64) -> Job? {
    state.withLock { state in
      state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
    }
  }

  // MARK: The thread

  private func work() {
    while true {
      let isWoken = wake.wait(seconds: Self.idleSeconds)
      let (job, mustEnd) = state.withLock { state -> (Job?, Bool) in
        if !state.waiting.isEmpty { return (state.waiting.removeFirst(), false) }
        guard state.isClosed || !isWoken else { return (nil, false) }
        state.isRunning = false
        return (nil, true)
      }
      if mustEnd { return }
      job?.run()
    }
  }
}
