package import Model
package import Store

/// The photos of records: the one of the finished part, and those that somebody added.
package struct ArchivePhotos: Sendable {
  /// Bytes of a photo.
  package static let maximumBytes: Int64 = 16 << 20

  private let repository: PhotoRepository
  private let vault: FileVault
  private let spool: Spool
  private let clock: any WallClock

  package init(
    repository: PhotoRepository, vault: FileVault, spool: Spool, clock: any WallClock
  ) {
    self.repository = repository
    self.vault = vault
    self.spool = spool
    self.clock = clock
  }

  package func makeRoom(expecting bytes: Int64) throws(Fault) -> SpoolFile { try spool.makeFile(expecting: bytes) }

  package func all(of archive: ArchiveID) async throws -> [PhotoRecord] { try await repository.all(of: archive) }

  package func get(_ id: PhotoID, of archive: ArchiveID) async throws -> PhotoRecord {
    guard let photo = try await repository.get(id, of: archive) else {
      throw Fault(.notFound, "The archive has no photo \(id).")
    }
    return photo
  }

  package func add(_ file: SpoolFile, to archive: ArchiveID) async throws -> PhotoRecord {
    guard let mediaType = try Self.mediaType(of: file) else {
      throw Fault(InvalidValue("file", "must be a whole JPEG or PNG"))
    }
    let now = clock.now
    do {
      return try await vault.keep(file.path, now: now) { [repository] stored in
        try await repository.insert(stored.hash, bytes: stored.bytes, mediaType: mediaType, of: archive, now: now)
      }
    } catch let refusal as PhotoRepository.Refusal {
      switch refusal {
      case .unknownArchive: throw ArchiveKeeper.unknown(archive)
      case .tooMany:
        throw Fault(.conflict, "An archive has \(PhotoRepository.limit) photos at most. Delete one first.")
      }
    }
  }

  package func open(_ photo: PhotoRecord) async throws -> KeptFile {
    if let hash = photo.file, let stored = try await vault.file(hash) {
      return try KeptFile(stored.path, limit: .max)
    }
    throw Fault(.notFound, "The disk has lost this photo.")
  }

  package func delete(_ photo: PhotoRecord) async throws {
    try await repository.delete(photo.id)
    if let hash = photo.file { try await vault.collect([hash]) }
  }

  /// Told by the first and the last bytes; nil for what is neither, or was cut off.
  private static func mediaType(of file: SpoolFile) throws(Fault) -> String? {
    let head = try file.read(at: 0, count: 16)
    let tail = try file.read(at: max(0, file.size - 12), count: 12)
    if head.starts(with: [0xFF, 0xD8, 0xFF]), tail.suffix(2).elementsEqual([0xFF, 0xD9]) { return "image/jpeg" }
    let isPNG = head.elementsEqual([
      0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52,
    ])
    let isEnded = tail.elementsEqual([0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    return isPNG && isEnded ? "image/png" : nil
  }
}
