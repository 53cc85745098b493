import Synchronization

/// Breaks a running operation off from another thread; heeded within a second.
final class TransferControl: Sendable {
  private let cancelled = Atomic<Bool>(false)

  var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  func cancel() { cancelled.store(true, ordering: .relaxed) }
}
