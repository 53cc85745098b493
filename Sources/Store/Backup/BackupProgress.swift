import Synchronization

/// How far a backup or a restoring is; it can be told to end.
package final class BackupProgress: Sendable {
  private struct State {
    var done: Int64 = 0
    var total: Int64 = 0
    var isCancelled = false
  }

  private let state = Mutex(State())

  package init() {}

  /// 0 to 100.
  package var percent: Int {
    state.withLock { $0.total > 0 ? Int(min(100, max(0, $0.done * 100 / $0.total))) : 0 }
  }

  package func cancel() { state.withLock { $0.isCancelled = true } }

  func begin(_ total: Int64) {
    state.withLock {
      $0.done = 0
      $0.total = total
    }
  }

  /// - Throws: `cancelled` once it was told to end.
  func step(_ bytes: Int64) throws(BackupProblem) {
    let isCancelled = state.withLock { state in
      state.done += bytes
      return state.isCancelled
    }
    if isCancelled { throw .cancelled }
  }
}
