import Loop
import Model

/// Runs what keeps a processor busy for long on a thread that ends with it, so that neither Swift's pool nor the event loop
/// stands still meanwhile.
enum OwnThread {
  private static let stackBytes = 128 * 1024

  static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let isStarted = SystemThread.startDetached("password", stackBytes: stackBytes) {
        continuation.resume(with: Result { try body() })
      }
      if !isStarted {
        continuation.resume(
          throwing: Fault(.serviceUnavailable, "The board has no memory left for this. Try again.", retryAfter: 5))
      }
    }
  }
}
