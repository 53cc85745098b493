import Glibc
import Model
import NIOCore
import Store

/// The photos of finished prints: a file each, whole or not there, and a row that says so.
struct FinishPhotoStore: Sendable {
  private let folder: String
  private let rows: FinishPhotoRepository
  private let clock: any WallClock

  init(database: Database, clock: any WallClock) {
    folder = database.folder.finishPhotos
    rows = FinishPhotoRepository(database)
    self.clock = clock
  }

  private func path(of print: ArchiveID) -> String { "\(folder)/\(print).jpg" }

  /// The picture is on the disk before anything says that it is there.
  func keep(_ jpeg: ByteBuffer, of print: ArchiveID) async throws {
    let path = path(of: print)
    let fresh = "\(path).new"
    try Self.write(jpeg, to: fresh)
    guard rename(fresh, path) == 0 else {
      unlink(fresh)
      throw Self.failure
    }
    try await rows.set(print, bytes: jpeg.readableBytes, taken: clock.now)
  }

  func photo(of print: ArchiveID) async throws -> KeptFile? {
    guard try await rows.taken(of: print) != nil else { return nil }
    return try? KeptFile(path(of: print), limit: .max)
  }

  /// Where a print's photo is; nil where there is none.
  func file(of print: ArchiveID) async -> (path: String, bytes: Int64)? {
    guard let kept = try? await photo(of: print) else { return nil }
    return (path(of: print), kept.size)
  }

  /// What a crash has left: files without a row, and rows without a file.
  func tidy() async throws {
    let known = try await rows.prints()
    let names = Set(known.map { "\($0).jpg" })
    for name in FolderNames.all(in: folder) where !names.contains(name) { unlink("\(folder)/\(name)") }
    for print in known where access(path(of: print), F_OK) != 0 { try await rows.remove(print) }
  }

  private static func write(_ jpeg: ByteBuffer, to path: String) throws(Fault) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw failure }
    defer { close(descriptor) }
    let isWhole = jpeg.withUnsafeReadableBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count > 0 { done += count } else if errno != EINTR { return false }
      }
      return fsync(descriptor) == 0
    }
    guard isWhole else {
      unlink(path)
      throw failure
    }
  }

  private static var failure: Fault {
    Fault(.storageFull, "A photo could not be written: \(String(cString: strerror(errno))).")
  }
}

/// What is in a folder.
enum FolderNames {
  static func all(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
