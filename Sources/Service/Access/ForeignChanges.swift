import Model
package import Store
import Synchronization

/// Tells whether another process has changed the database, such as `layerberry key delete`; asked by all, it looks at most
/// four times a second.
package final class ForeignChanges: Sendable {
  private static let freshness = Duration.milliseconds(250)

  private struct Seen {
    var counter: Int64
    var at: ContinuousClock.Instant
  }

  private let database: Database
  private let seen = Mutex<Seen?>(nil)

  package init(database: Database) { self.database = database }

  /// The counter where it was read lately, so that most requests need not wait for it.
  var known: Int64? {
    let now = ContinuousClock.now
    return seen.withLock { seen in
      guard let seen, now - seen.at < Self.freshness else { return nil }
      return seen.counter
    }
  }

  /// Another number after every change from outside.
  package func counter() async throws -> Int64 {
    if let known { return known }
    let now = ContinuousClock.now
    let counter = try await database.changeCounter()
    seen.withLock { $0 = Seen(counter: counter, at: now) }
    return counter
  }
}
