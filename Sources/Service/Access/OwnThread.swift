import Glibc
import Model

/// Runs what keeps a processor busy for long on a thread that ends with it, so that neither Swift's pool nor the event loop
/// stands still meanwhile.
enum OwnThread {
  private static let stackBytes = 128 * 1024

  private final class Work {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let isStarted = start { continuation.resume(with: Result { try body() }) }
      if !isStarted {
        continuation.resume(
          throwing: Fault(.serviceUnavailable, "The board has no memory left for this. Try again.", retryAfter: 5))
      }
    }
  }

  private static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    // Its initialiser is seen in the module of OpenSSL as well, so it is made in place.
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    defer {
      pthread_attr_destroy(attributes)
      attributes.deallocate()
    }
    pthread_attr_setstacksize(attributes, stackBytes)
    pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    let context = Unmanaged.passRetained(Work(body))
    var thread: pthread_t = 0
    let result = pthread_create(
      &thread, attributes,
      { context in
        var signals = sigset_t()
        // Signals are the main thread's.
        sigfillset(&signals)
        pthread_sigmask(SIG_SETMASK, &signals, nil)
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, context.toOpaque())
    guard result != 0 else { return true }
    context.release()
    return false
  }
}
