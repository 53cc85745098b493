import Glibc

/// POSIX's counting semaphore.
package final class Semaphore: @unchecked Sendable {
  // Unchecked: the pointer is written in init only, and semaphores are made for use between threads.
  private let pointer = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  package init() { sem_init(pointer, 0, 0) }

  deinit {
    sem_destroy(pointer)
    pointer.deallocate()
  }

  package func post() { sem_post(pointer) }

  /// False when nobody posted in time. By the wall clock: one that is set meanwhile makes the wait shorter or longer.
  package func wait(seconds: Int) -> Bool {
    var due = timespec()
    clock_gettime(CLOCK_REALTIME, &due)
    due.tv_sec += seconds
    while sem_timedwait(pointer, &due) != 0 {
      if errno != EINTR { return false }
    }
    return true
  }
}
