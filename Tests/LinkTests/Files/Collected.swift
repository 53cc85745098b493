import Synchronization

/// What came in from other threads, in order.
final class Collected<Value: Sendable>: Sendable {
  private let kept = Mutex<[Value]>([])

  var values: [Value] { kept.withLock { $0 } }

  func add(_ value: Value) { kept.withLock { $0.append(value) } }
}
