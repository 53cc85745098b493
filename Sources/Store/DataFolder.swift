import Glibc

/// The folder that holds everything a service keeps: it exists, is a folder, and can be written.
package struct DataFolder: Hashable, Sendable {
  package let path: String

  package var database: String { path + "/layerberry.db" }
  /// CA files that the owner put there (contract, section 8).
  package var trust: String { path + "/trust" }
  /// Copies that were made before a migration.
  package var backups: String { path + "/backups" }
  /// The first password, until it is changed (contract, section 3).
  package var firstPassword: String { path + "/first-password" }
  /// Files on their way to a printer or from one; emptied at every start of the service.
  package var transfers: String { path + "/transfers" }
  /// A file for each time-lapse, named by its number.
  package var timelapses: String { path + "/timelapses" }
  /// The files of archives and photos, by what they hold.
  package var files: String { path + "/files" }
  /// Files of running prints on their way from the printers; what a stop cuts goes on at the next start.
  package var fetches: String { path + "/fetches" }
  /// The key that the cloud's token is encrypted with.
  package var cloudKey: String { path + "/cloud.key" }
  package var lockFile: String { path + "/lock" }

  /// Makes the folder (0700) where it is missing, and its subfolders; then writes and syncs 64 KiB for a trial, which is
  /// what SQLite needs at least beside its database. An existing folder keeps its mode: it may be shared on purpose.
  package static func prepare(_ path: String) throws(StoreFailure) -> DataFolder {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let folder = DataFolder(path: trimmed)
    try folder.make(folder.path, what: "The data folder")
    try folder.probe()
    try folder.make(folder.trust, what: "The folder for trusted certificates")
    try folder.make(folder.backups, what: "The folder for backups")
    try folder.make(folder.timelapses, what: "The folder for time-lapses")
    try folder.make(folder.fetches, what: "The folder for files from printers")
    try folder.make(folder.files, what: "The folder for archived files")
    return folder
  }

  private func make(_ path: String, what: String) throws(StoreFailure) {
    var facts = stat()
    if stat(path, &facts) == 0 {
      guard facts.st_mode & S_IFMT == S_IFDIR else {
        throw StoreFailure(.notAFolder, "\(what) \(path) is a file. Give a folder.")
      }
      return
    }
    if mkdir(path, 0o700) == 0 { return }
    let error = SystemError.current
    // Two starts at the same moment: the other one made it.
    if error.number == EEXIST, stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR { return }
    throw Self.failure(error, "\(what) \(path) cannot be made")
  }

  private func probe() throws(StoreFailure) {
    // The process number keeps a tool beside a running service out of its way.
    let trial = path + "/.trial-\(getpid())"
    defer { unlink(trial) }
    do {
      let file = try File(trial, O_WRONLY | O_CREAT | O_TRUNC)
      try file.write(repeatElement(UInt8(0x2E), count: 65_536))
      try file.sync()
    } catch {
      throw Self.failure(error, "The data folder \(path) cannot be written")
    }
  }

  /// Takes the folder for one service. The kernel frees the lock when the process ends, however it ends.
  package func lock() throws(StoreFailure) -> FolderLock { try FolderLock(lockFile, folder: path) }

  static func failure(_ error: SystemError, _ what: String) -> StoreFailure {
    let advice =
      switch error.kind {
      case .diskFull: "Free some space, or give another folder."
      case .notWritable: "Let the user of the service own the folder, or give another one."
      case .notAFolder: "The folder above it must exist and be a folder."
      default: "Look at the disk."
      }
    return StoreFailure(error.kind, "\(what): \(error.words). \(advice)")
  }
}
