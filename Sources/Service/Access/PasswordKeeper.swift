package import Model
import Rules
package import Store
import Synchronization

/// The board's password, and who may guess at it (contract, section 3).
package final class PasswordKeeper: Sendable {
  /// Characters of a password that is set, as Unicode scalars: four bytes each at most.
  package static let length = 8...256
  /// A text of more bytes is no password of ours, and not worth the work.
  private static let longest = 1024

  private let repository: PasswordRepository
  private let folder: DataFolder
  private let sessions: SessionBook
  private let clock: any WallClock
  private let desk = HashDesk()
  private let lock = Mutex(LoginLock<String>())

  package init(database: Database, sessions: SessionBook, clock: any WallClock) {
    repository = PasswordRepository(database)
    folder = database.folder
    self.sessions = sessions
    self.clock = clock
  }

  /// Whether the password is still the one that the first start made.
  package var isFirst: Bool {
    get async throws { try await repository.get()?.isFirst ?? false }
  }

  /// Begins a session for whoever knows the password.
  ///
  /// - Parameter network: who asks, as limits by address count.
  /// - Throws: `Fault`: 401, 429 while the address is locked, 503 when too many wait.
  package func signIn(with password: Secret, from network: String) async throws -> (id: SessionID, token: SessionToken)
  {
    guard let known = try await known(password, from: network), let begun = try await sessions.begin(under: known)
    else {
      throw Fault(.unauthorized, "The password is wrong.")
    }
    return begun
  }

  /// Sets another password and ends all other sessions.
  package func change(
    from current: Secret, to new: Secret, by session: SessionID, at network: String
  ) async throws {
    guard Self.fits(new.exposed) else { throw Fault(Self.lengthProblem("new")) }
    guard let known = try await known(current, from: network) else { throw Self.wrongCurrent }
    let hash = try await desk.run { try PasswordHash(new) }
    let isSet = try await repository.set(hash, replacing: known, isFirst: false, keeping: session, now: clock.now)
    guard isSet else { throw Self.wrongCurrent }
    FirstPassword.remove(from: folder)
    try await sessions.reload()
  }

  private static var wrongCurrent: Fault { Fault(.unauthorized, "The current password is wrong.") }

  package static func fits(_ password: String) -> Bool { length.contains(password.unicodeScalars.count) }

  package static func lengthProblem(_ field: String) -> InvalidValue {
    InvalidValue(field, "must be a string of \(length.lowerBound) to \(length.upperBound) characters")
  }

  /// What is kept of the password, where this is it.
  private func known(_ password: Secret, from network: String) async throws -> PasswordHash? {
    let begun = clock.now
    if let seconds = lock.withLock({ $0.begin(network, now: begun) }) {
      throw Fault(
        .rateLimited, "Too many wrong passwords came from this address. Try again in \(seconds) s.",
        retryAfter: seconds)
    }
    do {
      guard password.exposed.utf8.count <= Self.longest, let known = try await repository.get()?.hash,
        try await desk.run({ try known.matches(password) })
      else { return nil }
      lock.withLock { $0.succeed(network) }
      return known
    } catch {
      lock.withLock { $0.withdraw(network, begunAt: begun) }
      throw error
    }
  }
}
