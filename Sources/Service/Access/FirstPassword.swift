package import Model
package import Store

/// The password that the first start makes, and how the owner learns it (contract, section 3).
package enum FirstPassword {
  /// Makes one where there is none yet. `tell` gets it before it holds: after a power cut in between, the next start makes
  /// and tells another one.
  package static func ensure(
    in database: Database, now: Timestamp, tell: (Secret) throws(StoreFailure) -> Void
  ) async throws {
    let repository = PasswordRepository(database)
    guard try await repository.get() == nil else { return }
    let password = Secret(try RandomText.password())
    try tell(password)
    let hash = try await OwnThread.run { try PasswordHash(password) }
    try await repository.set(hash, isFirst: true, keeping: nil, now: now)
  }

  /// Sets the password from outside of the service and ends all sessions.
  package static func replace(in database: Database, with password: Secret, now: Timestamp) async throws {
    guard PasswordKeeper.fits(password.exposed) else {
      throw PasswordKeeper.lengthProblem("the password")
    }
    try await PasswordRepository(database).set(PasswordHash(password), isFirst: false, keeping: nil, now: now)
    remove(from: database.folder)
  }

  /// The file goes when the password changes.
  static func remove(from folder: DataFolder) { folder.removeFirstPassword() }
}
