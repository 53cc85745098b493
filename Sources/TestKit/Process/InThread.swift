import Glibc

/// Runs the body on a thread of its own.
package func inThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let reference = Unmanaged.passRetained(Box(body))
  pthread_create(
    &thread, nil,
    { argument in
      if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, reference.toOpaque())
  pthread_detach(thread)
}

/// Does on a thread of its own what blocks without a pause: a small machine has two threads for all tests, and whoever
/// waits for something needs one of them as well.
package func apart(_ body: @escaping @Sendable () -> Void) async {
  await withCheckedContinuation { continuation in
    inThread {
      body()
      continuation.resume()
    }
  }
}
