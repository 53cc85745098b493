import Glibc
import Synchronization

/// One thread that polls sockets, and the executor of the actors that own them.
///
/// An actor whose `unownedExecutor` is this loop runs on the same thread as its session's socket: a message goes from
/// the socket to the merged state without a queue and without a hop. Whatever runs here must be short and never block.
///
/// With nothing to do the thread sleeps for ever. Jobs and sockets take turns: a pass runs the jobs that were there
/// when it began, then the timers that are due, then each socket that is ready once.
package final class PollLoop: SerialExecutor, Sendable {
  package let name: String
  private let inbox: LoopInbox
  // Touched by the loop's own thread only; `assertOnLoop` watches over that in debug builds.
  private nonisolated(unsafe) let core = LoopCore()
  private let threadID = Atomic<UInt>(0)
  private let unjoined = Mutex<pthread_t?>(nil)
  private let passCount = Atomic<Int>(0)
  /// Looks up host names beside the loop.
  package let resolver: NameResolver

  /// Passes of the loop so far: how often it has woken up.
  package var passes: Int { passCount.load(ordering: .relaxed) }

  /// Starts the thread. Each loop is ended by `shutdown()`; without it the thread keeps the loop alive.
  ///
  /// - Parameter name: what the thread is called in ps and gdb, at most 15 characters.
  package init(name: String, lookup: @escaping NameResolver.Lookup = NameResolver.system) throws(PollLoopError) {
    self.name = name
    inbox = try LoopInbox()
    resolver = NameResolver(lookup: lookup)
    guard let thread = SystemThread.start(name, { self.run() }) else { throw PollLoopError(errno: errno) }
    unjoined.withLock { $0 = thread }
  }

  /// Ends the thread after the work that is waiting, and waits for it. Sessions are dropped without a word to their
  /// delegates; jobs that come later run on the thread that brings them, one at a time.
  package func shutdown() {
    let thread = unjoined.withLock { thread in
      defer { thread = nil }
      return thread
    }
    guard let thread else { return }
    inbox.close()
    if !isOnLoop { pthread_join(thread, nil) } else { pthread_detach(thread) }
  }

  // MARK: Executor

  package func enqueue(_ job: consuming ExecutorJob) { put(.job(UnownedJob(job))) }

  /// Runs the body on the loop's thread, in order with the jobs.
  package func execute(_ body: @escaping @Sendable () -> Void) { put(.body(body)) }

  private func put(_ work: LoopInbox.Work) {
    guard inbox.put(work) else { return }
    // This thread stands in for the loop's, one thread at a time.
    threadID.store(Self.ownID, ordering: .relaxed)
    while true {
      let left = inbox.takeDraining()
      guard !left.isEmpty else { break }
      perform(left)
    }
    leave()
  }

  /// This thread is the loop's no more; the next one may have taken its place already.
  private func leave() { _ = threadID.compareExchange(expected: Self.ownID, desired: 0, ordering: .relaxed) }

  package func checkIsolated() { precondition(isOnLoop, "this must run on the loop “\(name)”") }

  package func isIsolatingCurrentContext() -> Bool? { isOnLoop }

  package var isOnLoop: Bool { threadID.load(ordering: .relaxed) == Self.ownID }

  private static var ownID: UInt { UInt(pthread_self()) }

  /// Stops a debug build that touches what is confined to the loop from another thread.
  package func assertOnLoop(_ function: StaticString = #function) {
    assert(isOnLoop || inbox.isClosed, "\(function) must be called on the loop")
  }

  // MARK: For what lives on the loop

  package var now: ContinuousClock.Instant { ContinuousClock().now }

  /// Calls `body` on the loop once `delay` is over. On the loop only.
  package func schedule(after delay: Duration, _ body: @escaping () -> Void) -> LoopTimer {
    schedule(at: now.advanced(by: delay), body)
  }

  /// Calls `body` on the loop at that moment. On the loop only.
  package func schedule(at due: ContinuousClock.Instant, _ body: @escaping () -> Void) -> LoopTimer {
    assertOnLoop()
    return core.timers.add(due: due, body)
  }

  /// The next moment that is a whole multiple of `period` on the loop's clock, so that what is periodic in all sessions
  /// wakes the thread once.
  package func nextBeat(of period: Duration) -> ContinuousClock.Instant {
    assertOnLoop()
    let passed = (now - core.birth) / period
    return core.birth.advanced(by: period * (passed.rounded(.down) + 1))
  }

  package func add(_ source: any LoopSource) {
    assertOnLoop()
    core.sources.append(source)
  }

  package func remove(_ source: any LoopSource) {
    assertOnLoop()
    core.sources.removeAll { $0 === source }
  }

  // MARK: The thread

  private func run() {
    threadID.store(Self.ownID, ordering: .relaxed)
    while true {
      passCount.add(1, ordering: .relaxed)
      perform(inbox.take())
      core.timers.fire(at: now)
      if inbox.isClosing {
        core.end()
        if inbox.finish() { break }
      }
      core.poll(inbox: inbox, now: now)
    }
    resolver.close()
    leave()
  }

  private func perform(_ work: [LoopInbox.Work]) {
    for one in work {
      switch one {
      case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
      case .body(let body): body()
      }
    }
  }
}

/// The thread could not be started.
package struct PollLoopError: Error, Hashable, Sendable, CustomStringConvertible {
  package var errno: Int32

  package init(errno: Int32) { self.errno = errno }

  package var description: String {
    "A thread for sockets could not start: \(String(cString: strerror(errno)))."
  }
}
