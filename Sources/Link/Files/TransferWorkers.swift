import Loop

/// A few threads that run file operations: one at a time for each lane, a lane being a printer.
///
/// Threads and not one multi handle: libcurl waits for the 226 of a finished transfer inside `ftp_done` without giving
/// its loop back, up to a minute, and every other printer's transfer would stand still for so long. A thread starts when
/// there is work and ends after a minute without any.
package final class TransferWorkers: Sendable {
  /// Operations of one printer that may wait beside the one that runs; more are refused.
  package static let waitingLimit = 8
  static let idleSeconds = 60

  private let pool: ThreadPool

  /// - Parameter limit: transfers at once, over all printers; each costs about 0.3 MB while it lasts. More than files wait
  ///   on their way at once, so that printers that have stalled do not keep people from looking at others.
  package init(limit: Int = 16) {
    pool = ThreadPool(name: "files", limit: limit, idleSeconds: Self.idleSeconds, waiting: Self.waitingLimit)
  }

  /// Threads alive now.
  package var threads: Int { pool.threads }

  func makeLane() -> UInt64 { pool.makeNumber() }

  /// Runs the body on one of the threads, after what this lane has been given before.
  func run<Answer: Sendable>(
    lane: UInt64, _ body: @escaping @Sendable (WorkControl) -> Result<Answer, StorageError>
  ) async -> Result<Answer, StorageError> {
    switch await pool.run(lane: lane, body) {
    case .success(let result): result
    case .failure(.cancelled): .failure(.cancelled)
    case .failure(.busy): .failure(.tooManyWaiting)
    }
  }

  /// Refuses what waits and breaks off what runs.
  package func shutdown() { pool.shutdown() }
}
