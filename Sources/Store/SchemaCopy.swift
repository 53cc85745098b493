import Glibc
import Model

/// The copies of the database that are made before a migration; the last three are kept.
struct SchemaCopy {
  static let kept = 3
  private static let prefix = "before-migration-"

  let folder: DataFolder

  /// Copies under a working name, syncs, and only then gives it its own: a name that is there is a whole copy.
  func make(of connection: Connection, before version: Int, now: Timestamp) throws(StoreFailure) -> String {
    // Milliseconds sort as text for the next centuries.
    let name = "\(Self.prefix)\(now.milliseconds)-version-\(version).db"
    let path = folder.backups + "/" + name
    let part = path + ".part"
    defer { unlink(part) }
    do {
      // Made here for its mode: the copy holds access codes too.
      _ = try File(part, O_WRONLY | O_CREAT | O_TRUNC)
    } catch {
      throw DataFolder.failure(error, "The copy before the migration cannot be made at \(part)")
    }
    do { try connection.copy(to: part) } catch {
      throw error.failure(database: part, backups: folder.backups)
    }
    do {
      try File(part, O_RDONLY).sync()
      _ = try retryingInterrupts { Int(rename(part, path)) }
      try File.syncFolder(folder.backups)
    } catch {
      throw DataFolder.failure(error, "The copy before the migration cannot be made at \(path)")
    }
    for old in File.names(in: folder.backups).filter({ $0.hasPrefix(Self.prefix) && $0.hasSuffix(".db") })
      .dropLast(Self.kept)
    {
      unlink(folder.backups + "/" + old)
    }
    return path
  }
}
