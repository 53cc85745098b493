import Dispatch
import Synchronization

/// Holds a thread until a task has its result: for the command line only, where there is nothing else to do.
final class Waiting<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let done = DispatchSemaphore(value: 0)

  func finish(_ value: Result<Value, any Error>) {
    result.withLock { $0 = value }
    done.signal()
  }

  func value() throws -> Value {
    done.wait()
    return try take().get()
  }

  /// nil when it takes longer.
  func value(within seconds: Int) throws -> Value? {
    guard done.wait(timeout: .now() + .seconds(seconds)) == .success else { return nil }
    return try take().get()
  }

  private func take() -> Result<Value, any Error> {
    result.withLock { $0 } ?? .failure(CancellationError())
  }
}

extension Result where Failure == any Error {
  /// The result of an asynchronous body.
  init(awaiting body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
