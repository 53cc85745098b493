import Glibc

/// A thread of its own for calls that block: reading lines, waiting for a signal.
enum Thread {
  static func start(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Body(body))
    if pthread_create(&thread, nil, runBody, box.toOpaque()) == 0 { pthread_detach(thread) } else { box.release() }
  }
}

private final class Body {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runBody(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let pointer else { return nil }
  Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
  return nil
}
