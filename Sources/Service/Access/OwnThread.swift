import Loop
import Model

/// Runs what keeps a processor busy for long on a thread that ends with it, so that neither Swift's pool nor the event loop
/// stands still meanwhile.
enum OwnThread {
  /// - Parameter stackBytes: for scrypt, which keeps what it needs elsewhere, a little is enough.
  static func run<Value: Sendable>(
    named name: String = "password", stackBytes: Int = 128 * 1024, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let isStarted = SystemThread.startDetached(name, stackBytes: stackBytes) {
        continuation.resume(with: Result { try body() })
      }
      if !isStarted {
        continuation.resume(
          throwing: Fault(.serviceUnavailable, "The board has no memory left for this. Try again.", retryAfter: 5))
      }
    }
  }
}
