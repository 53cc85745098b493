package import Model
package import Store

/// Records whose files waiting items print: they are not deleted from under them.
package struct QueueClaims: ArchiveClaims {
  private let database: Database

  package init(database: Database) { self.database = database }

  package func isAwaited(_ archive: ArchiveID) async throws -> Bool {
    try await database.read { try QueueRepository.needs(archive, $0) }
  }
}
