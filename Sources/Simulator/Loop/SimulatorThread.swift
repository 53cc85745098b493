import Glibc
import Synchronization

/// The one thread on which everything simulated lives, and the way to it.
///
/// It lasts until `stop`, which matters: the broker's life is tied to the thread that started it.
final class SimulatorThread: Sendable {
  typealias Job = @Sendable (World) -> Void

  private struct Inbox {
    // As long as there are callers who wait: each has at most one job here.
    var jobs: [Job] = []
    var isOpen = true
  }

  private let inbox = Mutex(Inbox())
  private let wake = WakePipe(isBlocking: false)

  /// Starts the thread; what `make` throws, this throws, and the thread is gone again.
  func start<Ready: Sendable>(
    _ make: @escaping @Sendable (Poller) throws -> (World, Ready)
  ) async throws -> Ready {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Ready, any Error>) in
      let body = ThreadBody {
        let poller = Poller()
        do {
          let (world, ready) = try make(poller)
          continuation.resume(returning: ready)
          self.run(world, poller)
        } catch {
          self.close(leaving: nil)
          continuation.resume(throwing: error)
        }
      }
      var thread = pthread_t()
      let status = pthread_create(&thread, nil, runThreadBody, Unmanaged.passRetained(body).toOpaque())
      if status != 0 {
        continuation.resume(throwing: SimulatorError("no thread: \(String(cString: strerror(status)))"))
      } else {
        pthread_detach(thread)
      }
    }
  }

  private func run(_ world: World, _ poller: Poller) {
    poller.watch(wake.reader, events: POLLIN) { [wake] _ in wake.drain() }
    while !world.isStopped {
      poller.pass()
      let jobs = inbox.withLock { inbox in
        defer { inbox.jobs = [] }
        return inbox.jobs
      }
      for job in jobs { job(world) }
      world.afterPass(now: poller.now)
    }
    self.close(leaving: world)
  }

  private func close(leaving world: World?) {
    let jobs = inbox.withLock { inbox in
      defer { inbox.jobs = [] }
      inbox.isOpen = false
      return inbox.jobs
    }
    guard let world else { return }
    for job in jobs { job(world) }
    world.afterPass(now: .infinity)
  }

  /// Hands a job over without waiting; false when the thread has ended and the job will not run.
  @discardableResult
  func submit(_ job: @escaping Job) -> Bool {
    let taken = inbox.withLock { inbox in
      guard inbox.isOpen else { return false }
      inbox.jobs.append(job)
      return true
    }
    guard taken else { return false }
    wake.ring()
    return true
  }

  /// Runs a job there and waits for its answer, well under a millisecond; nil when the simulation has stopped.
  @discardableResult
  func perform<Answer: Sendable>(_ job: @escaping @Sendable (World) -> Answer) -> Answer? {
    let done = WakePipe(isBlocking: true)
    let answer = AnswerBox<Answer>()
    let taken = submit { world in
      let result = job(world)
      answer.value.withLock { $0 = result }
      done.ring()
    }
    guard taken else { return nil }
    done.wait()
    return answer.value.withLock { $0 }
  }
}

private final class AnswerBox<Answer: Sendable>: Sendable {
  let value = Mutex<Answer?>(nil)
}

private final class ThreadBody {
  let run: () -> Void

  init(_ run: @escaping () -> Void) { self.run = run }
}

/// C calls this on the new thread, so it stands alone and belongs to no actor.
private func runThreadBody(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let pointer else { return nil }
  Unmanaged<ThreadBody>.fromOpaque(pointer).takeRetainedValue().run()
  return nil
}
