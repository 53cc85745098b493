import Synchronization

/// So many files are fetched at once, over all printers; the others wait in the order in which they came. People's own
/// transfers share threads with these and must find one free.
final class FetchQueue: Sendable {
  static let limit = 4

  private struct State {
    var running = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func passing<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.running >= Self.limit else {
          state.running += 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
    defer {
      let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
        guard !state.waiting.isEmpty else {
          state.running -= 1
          return nil
        }
        return state.waiting.removeFirst()
      }
      next?.resume()
    }
    return await body()
  }
}
