import Model
import NIOCore
import Store

/// The photos of finished prints: files of the vault, and rows that make them pictures of their records.
struct FinishPhotoStore: Sendable {
  private let rows: FinishPhotoRepository
  private let vault: FileVault
  private let clock: any WallClock

  init(database: Database, vault: FileVault, clock: any WallClock) {
    rows = FinishPhotoRepository(database)
    self.vault = vault
    self.clock = clock
  }

  /// The picture is on the disk before anything says that it is there.
  func keep(_ jpeg: ByteBuffer, of print: ArchiveID) async throws {
    let now = clock.now
    let before = try await vault.keep(Array(jpeg.readableBytesView), now: now) { [rows] file in
      try await rows.set(print, file, taken: now)
    }
    if let before { try await vault.collect([before]) }
  }

  func photo(of print: ArchiveID) async throws -> KeptFile? {
    guard let hash = try await rows.file(of: print) else { return nil }
    return try? KeptFile(vault.path(of: hash), limit: .max)
  }

  /// Where a print's photo is; nil where there is none.
  func file(of print: ArchiveID) async -> (path: String, bytes: Int64)? {
    guard let hash = try? await rows.file(of: print), let file = try? await vault.file(hash) else { return nil }
    return (file.path, file.bytes)
  }
}
