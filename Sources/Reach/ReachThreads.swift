import Loop

/// A few threads for requests to the world outside. One starts when there is work and ends after half a minute without.
///
/// Each part of the service has its own: a provider that lets requests hang must not hold up a plug.
package final class ReachThreads: Sendable {
  static let idleSeconds = 30

  private let pool: ThreadPool

  /// - Parameters:
  ///   - name: what the threads are called, at most 15 characters.
  ///   - limit: requests at once; each costs a thread and about 0.3 MB.
  ///   - waiting: requests that may wait beside them; one more is refused.
  package init(name: String, limit: Int, waiting: Int = 64) {
    pool = ThreadPool(name: name, limit: limit, idleSeconds: Self.idleSeconds, waiting: waiting)
  }

  /// Threads alive now.
  package var threads: Int { pool.threads }

  func run<Answer: Sendable>(
    _ body: @escaping @Sendable (WorkControl) -> Result<Answer, ReachError>
  ) async -> Result<Answer, ReachError> {
    switch await pool.run(body) {
    case .success(let result): result
    case .failure(.cancelled): .failure(.cancelled)
    case .failure(.busy): .failure(.busy)
    }
  }

  /// Refuses what waits and breaks off what runs.
  package func shutdown() { pool.shutdown() }
}
