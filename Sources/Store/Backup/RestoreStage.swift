import Glibc
package import Model
import Wire

/// Takes a backup apart beside what is there, and proves all of it; only `commit` decides, by one rename
/// (`DataFolder.switchRestored` carries it out at the next start).
package struct RestoreStage: Sendable {
  private static let reserve: Int64 = 64 << 20

  private let folder: DataFolder
  private let secretSettings: [String]
  private var part: String { folder.path + "/restore.part" }

  /// - Parameter secretSettings: the names of settings that a backup without a passphrase lacks.
  package init(_ folder: DataFolder, secretSettings: [String]) {
    self.folder = folder
    self.secretSettings = secretSettings
  }

  /// What a file says of itself, where it is a backup that this program can take; quick.
  ///
  /// - Throws: `BackupProblem`
  package static func manifest(of path: String, passphrase: Secret?) async throws -> BackupManifest {
    try await VaultWorker().run { try BackupCheck(path: path, passphrase: passphrase).manifest() }
  }

  package static func isSealed(_ path: String) -> Bool { BackupReader.isSealed(path) }

  /// Unpacks and checks everything. Nothing that is in use is touched.
  ///
  /// - Throws: `BackupProblem` for what is wrong with the file, `StoreFailure` for the disk.
  package func prepare(
    _ path: String, passphrase: Secret?, now: Timestamp, progress: BackupProgress
  ) async throws -> BackupManifest {
    try await VaultWorker().run {
      do {
        return try unpacked(path, passphrase: passphrase, now: now, progress: progress)
      } catch {
        try? DataFolder.erase(part)
        throw (error as? SQLiteError)?.failure(database: DataFolder(path: part).database, backups: folder.backups)
          ?? error
      }
    }
  }

  /// From here on the next start has what was prepared. An earlier restoring that is not proven is forgotten.
  package func commit() throws(StoreFailure) {
    try folder.forgetReplaced()
    do throws(SystemError) {
      sync()
      _ = try retryingInterrupts { Int(rename(part, folder.restored)) }
      try File.syncFolder(folder.path)
    } catch {
      throw DataFolder.failure(error, "What was restored cannot be put in its place")
    }
  }

  package func discard() { try? DataFolder.erase(part) }

  private func unpacked(
    _ path: String, passphrase: Secret?, now: Timestamp, progress: BackupProgress
  ) throws -> BackupManifest {
    try DataFolder.erase(part)
    let size = Int64(File.size(of: path) ?? 0)
    try requireRoom(for: size)
    progress.begin(size)
    let stage = try DataFolder.prepare(part)
    let layout = VaultLayout(root: stage.files)
    var name = ""
    var target: MemberFile?
    let manifest = try BackupCheck(path: path, passphrase: passphrase).run(
      step: { try progress.step($0) },
      keep: { member, piece in
        if name != member.name {
          name = member.name
          target = try Self.file(for: member.name, stage, layout)
        }
        try target?.file.write(piece)
        if piece.isEmpty {
          target = nil
          name = ""
        }
      })
    try proveDatabase(stage, manifest, now: now)
    return manifest
  }

  /// A member may come once only.
  private static func file(for member: String, _ stage: DataFolder, _ layout: VaultLayout) throws -> MemberFile {
    let path: String
    if member == BackupLayout.database {
      path = stage.database
    } else if let place = BackupLayout.place(of: member) {
      switch place.folder {
      case .trust: path = "\(stage.trust)/\(place.name)"
      case .timelapses: path = "\(stage.timelapses)/\(place.name)"
      case .keys:
        guard BackupLayout.keys.contains(place.name) else { throw BackupProblem.damaged("it holds an unknown key") }
        path = "\(stage.path)/\(place.name)"
      case .files:
        guard let hash = ContentHash(hex: place.name) else { throw BackupProblem.damaged("a file has a wrong name") }
        _ = try Disk(hook: nil).makeFolder(layout.folder(of: hash))
        path = layout.path(of: hash)
      }
    } else {
      throw BackupProblem.damaged("it holds a file that no backup has")
    }
    do throws(SystemError) {
      return MemberFile(try File(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW))
    } catch {
      guard error.number == EEXIST else { throw error }
      throw BackupProblem.damaged("a file is in it twice")
    }
  }

  private func proveDatabase(_ stage: DataFolder, _ manifest: BackupManifest, now: Timestamp) throws {
    do {
      let connection = try Connection(path: stage.database, access: .writer)
      guard try connection.applicationID() == Opening.applicationID,
        try connection.userVersion() == manifest.schema
      else { throw BackupProblem.damaged("its database is another one than it says") }
      try SchemaProof(folder: stage.path).hold(connection, version: manifest.schema)
      guard case .sound = try connection.checkSoundness(limit: .seconds(3600)) else {
        throw BackupProblem.damaged("its database is not sound")
      }
      let stray = try connection.row("PRAGMA foreign_key_check") { (_) throws(SQLiteError) in true }
      guard stray == nil else { throw BackupProblem.damaged("rows of its database name others that are not there") }
    } catch let error as SQLiteError where !error.isOfDisk {
      throw BackupProblem.damaged("its database cannot be read")
    }
    let (connection, _) = try Opening(
      folder: stage, role: .tool, now: now, migrations: Schema.migrations, hook: nil
    ).run()
    if !manifest.holdsSecrets { try carry(into: connection, stage) }
    try Self.settle(connection, now: now)
    try connection.truncateJournal()
  }

  /// What a backup without secrets lacks comes from what it replaces, where that is of the same form.
  private func carry(into connection: Connection, _ stage: DataFolder) throws {
    guard File.size(of: folder.database) ?? 0 > 0 else { return }
    let old = try Connection(path: folder.database, access: .reader)
    guard try old.applicationID() == Opening.applicationID, try old.userVersion() == (try connection.userVersion())
    else {
      return
    }
    try KeptSecrets.carry(from: folder.database, into: connection, settings: secretSettings)
    for name in BackupLayout.keys + ["first-password"] {
      if let bytes = try? File("\(folder.path)/\(name)", O_RDONLY | O_NOFOLLOW).read(limit: 4096) {
        try File("\(stage.path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC).write(bytes)
      }
    }
  }

  /// What waited when the backup was made must not begin by itself now: the queue is paused, and old messages stay unsent.
  private static func settle(_ connection: Connection, now: Timestamp) throws {
    try connection.transaction { connection in
      try connection.execute("INSERT OR IGNORE INTO queue_pauses (scope, printer_id) VALUES ('all', NULL)")
      try connection.execute(
        """
        UPDATE notifications SET state = 'failed', error = 'Not sent: it came back with a backup.', finished_ms = ?
        WHERE finished_ms IS NULL
        """, [.moment(now)])
    }
  }

  private func requireRoom(for bytes: Int64) throws(StoreFailure) {
    var figures = statvfs()
    guard statvfs(folder.path, &figures) == 0 else { return }
    let free = Int64(figures.f_bavail) * Int64(figures.f_frsize)
    guard free < bytes + Self.reserve else { return }
    throw StoreFailure(
      .diskFull,
      "Restoring takes \(bytes / 1_000_000) MB, and the disk has \(free / 1_000_000) MB left. Delete older backups or archives."
    )
  }
}

/// A file that is being written, for a closure to hold.
private final class MemberFile {
  let file: File

  init(_ file: consuming File) { self.file = file }
}

extension SQLiteError {
  /// The disk is full or fails: the file is not to blame.
  fileprivate var isOfDisk: Bool { systemError != 0 || code == 13 || code == 10 }
}
