import Glibc
package import Model

/// Makes backups: one state of the database, the files that it names, time-lapses and trusted certificates.
///
/// The database is copied by a connection of its own (`VACUUM INTO`), which stops no writer; no file of the vault goes
/// meanwhile. All of it is slow and blocks, so it runs on a thread that ends with it.
package struct BackupMaker: Sendable {
  /// Bytes of the disk that a backup leaves free.
  private static let reserve: Int64 = 64 << 20

  private let folder: DataFolder
  private let vault: FileVault
  private let version: String
  private let secretSettings: [String]

  /// - Parameter secretSettings: the names of settings that a backup without a passphrase leaves out.
  package init(folder: DataFolder, vault: FileVault, version: String, secretSettings: [String]) {
    self.folder = folder
    self.vault = vault
    self.version = version
    self.secretSettings = secretSettings
  }

  /// Writes a backup, reads it back, and only then gives it its name.
  ///
  /// - Parameter passphrase: seals it with all secrets; without one they are left out.
  /// - Throws: `StoreFailure`, with nothing left behind.
  package func make(_ path: String, passphrase: Secret?, now: Timestamp, progress: BackupProgress) async throws {
    try await vault.keepingAll {
      try await VaultWorker().run {
        do {
          try write(path, passphrase: passphrase, now: now, progress: progress)
        } catch let error as SQLiteError {
          throw error.failure(database: folder.database, backups: folder.backups)
        } catch let problem as BackupProblem {
          throw StoreFailure(problem == .cancelled ? .closed : .io, problem.description)
        }
      }
    }
  }

  private func write(_ path: String, passphrase: Secret?, now: Timestamp, progress: BackupProgress) throws {
    let part = path + ".part"
    let copy = path + ".db.part"
    defer {
      for name in [part, copy, copy + "-journal", copy + "-wal", copy + "-shm"] { unlink(name) }
    }
    unlink(copy)
    let facts = try snapshot(to: copy, withSecrets: passphrase != nil)
    let films = File.names(in: folder.timelapses)
    let filmBytes = films.reduce(Int64(0)) { $0 + Int64(File.size(of: "\(folder.timelapses)/\($1)") ?? 0) }
    let total = Int64(File.size(of: copy) ?? 0) + facts.fileBytes + filmBytes
    try requireRoom(for: total)
    progress.begin(2 * total)

    let writer = try BackupWriter(part, passphrase: passphrase, now: now)
    let manifest = BackupManifest(
      version: version, schema: facts.schema, madeAt: now, holdsSecrets: passphrase != nil)
    try writer.add(BackupManifest.member, manifest.bytes)
    _ = try writer.add(BackupLayout.database, file: copy) { try progress.step($0) }
    for name in File.names(in: folder.trust) where name.hasSuffix(".pem") {
      if let member = BackupLayout.member(.trust, name) {
        _ = try writer.add(member, file: "\(folder.trust)/\(name)") { try progress.step($0) }
      }
    }
    for name in BackupLayout.keys where passphrase != nil {
      if let member = BackupLayout.member(.keys, name) {
        _ = try writer.add(member, file: "\(folder.path)/\(name)") { try progress.step($0) }
      }
    }
    for name in films {
      if let member = BackupLayout.member(.timelapses, name) {
        _ = try writer.add(member, file: "\(folder.timelapses)/\(name)") { try progress.step($0) }
      }
    }
    try eachFile(of: copy) { hash in
      _ = try writer.add("\(BackupLayout.Folder.files.rawValue)/\(hash.hex)", file: vault.path(of: hash)) {
        try progress.step($0)
      }
    }
    try writer.finish()
    _ = try BackupCheck(path: part, passphrase: passphrase).run { try progress.step($0) }
    _ = try retryingInterrupts { Int(rename(part, path)) }
    try File.syncFolder(folder.backups)
  }

  private func snapshot(to copy: String, withSecrets: Bool) throws -> (schema: Int, fileBytes: Int64) {
    // Made here for its mode; SQLite takes an empty file.
    _ = try File(copy, O_WRONLY | O_CREAT | O_EXCL)
    do {
      let source = try Connection(path: folder.database, access: .reader)
      try source.execute("VACUUM INTO ?", [.text(copy)])
    }
    let target = try Connection(path: copy, access: .writer)
    try target.run(script: "PRAGMA journal_mode = MEMORY; PRAGMA cache_size = -512; PRAGMA temp_store = FILE;")
    try target.run(script: "PRAGMA secure_delete = ON;")
    try KeptSecrets.forgetSessions(target)
    if !withSecrets { try KeptSecrets.strip(target, settings: secretSettings) }
    let bytes = try target.row("SELECT coalesce(sum(bytes), 0) AS bytes FROM stored_files") {
      (row) throws(SQLiteError) in try row.integer("bytes")
    }
    return (try target.userVersion(), bytes ?? 0)
  }

  private func eachFile(of copy: String, _ body: (ContentHash) throws -> Void) throws {
    let connection = try Connection(path: copy, access: .reader)
    var last = [UInt8]()
    while true {
      let digests = try connection.rows(
        "SELECT sha256 FROM stored_files WHERE sha256 > ? ORDER BY sha256 LIMIT 256", [.blob(last)]
      ) { (row) throws(SQLiteError) in try row.blob("sha256") }
      guard let end = digests.last else { return }
      for hash in digests.compactMap({ ContentHash(digest: $0) }) { try body(hash) }
      last = end
    }
  }

  private func requireRoom(for bytes: Int64) throws(StoreFailure) {
    var figures = statvfs()
    guard statvfs(folder.backups, &figures) == 0 else { return }
    let free = Int64(figures.f_bavail) * Int64(figures.f_frsize)
    guard free < bytes + Self.reserve else { return }
    throw StoreFailure(
      .diskFull,
      "A backup takes \(bytes / 1_000_000) MB, and the disk has \(free / 1_000_000) MB left. Delete older backups or archives."
    )
  }
}
