import Glibc
import Synchronization

/// The one thread on which all is written: it runs the writer's jobs in order and sleeps while there are none.
///
/// A thread of its own because a sync of an SD card takes up to seconds, which would stop a thread of Swift's pool.
/// Its queue is bounded by `Database`, which refuses calls when too many wait. The thread ends with its last owner.
final class DatabaseThread: SerialExecutor {
  /// SQLite needs about 30 kB of stack for what is asked here.
  private static let stackBytes = 256 * 1024

  private final class Inbox: Sendable {
    struct Entry {
      var job: UnownedJob
      /// Keeps the executor alive until its job is done.
      var executor: DatabaseThread
    }

    private let entries = Mutex<[Entry]>([])
    private let isOver = Atomic(false)
    // A POSIX semaphore is made to be used from many threads; it needs a fixed address, and lives as long as this.
    private nonisolated(unsafe) let signal = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(signal, 0, 0) }

    deinit {
      sem_destroy(signal)
      signal.deallocate()
    }

    func put(_ entry: Entry) {
      entries.withLock { $0.append(entry) }
      sem_post(signal)
    }

    func end() {
      isOver.store(true, ordering: .releasing)
      sem_post(signal)
    }

    func work() {
      var signals = sigset_t()
      // Signals are the main thread's.
      sigfillset(&signals)
      pthread_sigmask(SIG_SETMASK, &signals, nil)
      while true {
        while sem_wait(signal) != 0 {}
        let next = entries.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let next {
          next.job.runSynchronously(on: next.executor.asUnownedSerialExecutor())
        } else if isOver.load(ordering: .acquiring) {
          return
        }
      }
    }
  }

  private let inbox = Inbox()

  /// Starts the thread at once: a start that fails must be told to somebody, and a job could tell nobody.
  init() throws(StoreFailure) {
    // Its initialiser is seen in the module of OpenSSL as well, so it is made in place.
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    defer {
      pthread_attr_destroy(attributes)
      attributes.deallocate()
    }
    pthread_attr_setstacksize(attributes, Self.stackBytes)
    pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    let context = Unmanaged.passRetained(inbox)
    var thread: pthread_t = 0
    let result = pthread_create(
      &thread, attributes,
      { context in
        if let context { Unmanaged<Inbox>.fromOpaque(context).takeRetainedValue().work() }
        return nil
      }, context.toOpaque())
    guard result == 0 else {
      context.release()
      let words = SystemError(number: result).words
      throw StoreFailure(.io, "The database's thread cannot be started: \(words). Free some memory.")
    }
  }

  deinit { inbox.end() }

  func enqueue(_ job: consuming ExecutorJob) { inbox.put(.init(job: UnownedJob(job), executor: self)) }
}
