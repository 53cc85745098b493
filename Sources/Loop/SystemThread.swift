import CShims
package import Glibc

/// Starts threads of the service's own: named, and blind to signals, which are the main thread's; a peer that went away
/// must not end the process by SIGPIPE.
package enum SystemThread {
  private final class Work {
    let name: String
    let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// A thread that has to be joined or detached; nil with `errno` when the system gives none.
  ///
  /// - Parameters:
  ///   - name: what it is called in ps and gdb, at most 15 characters.
  ///   - stackBytes: the system's own size without it.
  package static func start(
    _ name: String, stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void
  ) -> pthread_t? {
    // OpenSSL's module sees the initialiser as well, so that it is made in place.
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    defer {
      pthread_attr_destroy(attributes)
      attributes.deallocate()
    }
    if let stackBytes { pthread_attr_setstacksize(attributes, stackBytes) }
    let work = Unmanaged.passRetained(Work(name, body))
    var thread = pthread_t()
    let result = pthread_create(
      &thread, attributes,
      { argument in
        guard let argument else { return nil }
        let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        layerberry_name_thread(work.name)
        work.body()
        return nil
      }, work.toOpaque())
    guard result == 0 else {
      work.release()
      errno = result
      return nil
    }
    return thread
  }

  /// A thread that nobody waits for; false when the system gives none.
  package static func startDetached(
    _ name: String, stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void
  ) -> Bool {
    guard let thread = start(name, stackBytes: stackBytes, body) else { return false }
    pthread_detach(thread)
    return true
  }
}
