import Glibc

/// Putting a restored state in the place of another one, in steps that may be cut off at any moment.
///
/// `restore-new` is whole and decided. The next start moves what is there to `restore-old`, calls the new `restore-moving`
/// and moves that in. What was there stays until the service has come up with the new; if it does not, `restore-old` becomes
/// `restore-back` and the next start moves it back.
extension DataFolder {
  var restored: String { path + "/restore-new" }
  private var moving: String { path + "/restore-moving" }
  private var replaced: String { path + "/restore-old" }
  private var back: String { path + "/restore-back" }

  /// All that a backup replaces. Backups stay, and so does the lock.
  private static let replaceable =
    [
      "layerberry.db", "layerberry.db-wal", "layerberry.db-shm", "files", "timelapses", "trust", "fetches",
      "first-password",
    ] + BackupLayout.keys

  /// To be called with the folder's lock, before anything in it is opened.
  ///
  /// - Parameter step: is called before each change; for tests, which end the work there.
  /// - Returns: whether the state is a restored one that is not proven yet.
  package func switchRestored(step: () throws -> Void = {}) throws -> Bool {
    for name in File.names(in: path) where name.hasSuffix(".part") { try Self.erase("\(path)/\(name)") }
    if Self.exists(back) {
      try goBack(step)
      return false
    }
    if Self.exists(restored) { try putAside(step) }
    if Self.exists(moving) { try putInPlace(step) }
    return Self.exists(replaced)
  }

  private func putAside(_ step: () throws -> Void) throws {
    try step()
    if mkdir(replaced, 0o700) != 0, errno != EEXIST { throw Self.failure(.current, "\(replaced) cannot be made") }
    for name in Self.replaceable where Self.exists("\(path)/\(name)") {
      try step()
      // It is there twice where this was cut off, and something was made anew since.
      if Self.exists("\(replaced)/\(name)") {
        try Self.erase("\(path)/\(name)")
      } else {
        try move("\(path)/\(name)", to: "\(replaced)/\(name)")
      }
    }
    try sync(replaced)
    try step()
    try move(restored, to: moving)
    try sync(path)
  }

  private func putInPlace(_ step: () throws -> Void) throws {
    if Self.exists("\(moving)/layerberry.db") { for end in ["-wal", "-shm"] { unlink(database + end) } }
    for name in Self.replaceable where Self.exists("\(moving)/\(name)") {
      try step()
      try move("\(moving)/\(name)", to: "\(path)/\(name)")
    }
    try sync(path)
    try step()
    try Self.erase(moving)
    try sync(path)
  }

  private func goBack(_ step: () throws -> Void) throws {
    if Self.exists("\(back)/layerberry.db") { for end in ["-wal", "-shm"] { unlink(database + end) } }
    for name in Self.replaceable where Self.exists("\(back)/\(name)") {
      try step()
      try Self.erase("\(path)/\(name)")
      try step()
      try move("\(back)/\(name)", to: "\(path)/\(name)")
    }
    try sync(path)
    try step()
    try Self.erase(back)
    try sync(path)
  }

  /// What was restored is in use: what it replaced goes. Slow where that was much.
  package func forgetReplaced() throws(StoreFailure) {
    guard Self.exists(replaced) else { return }
    // By one rename, as half of it must never come back.
    let rest = path + "/replaced.part"
    try Self.erase(rest)
    try move(replaced, to: rest)
    try sync(path)
    try Self.erase(rest)
  }

  /// What was restored cannot be used: the next start has what was there before. Whether there is such a thing.
  package func abandonRestored() throws(StoreFailure) -> Bool {
    guard Self.exists(replaced) else { return false }
    try move(replaced, to: back)
    try sync(path)
    return true
  }

  package static func abandonRestored(in path: String) throws(StoreFailure) -> Bool {
    try DataFolder(path: path).abandonRestored()
  }

  /// Whether a service has kept something there, also where a switch was cut off.
  package static func isUsed(_ path: String) -> Bool {
    File.names(in: path).contains { $0 == "layerberry.db" || $0.hasPrefix("restore-") }
  }

  private static func exists(_ path: String) -> Bool {
    var facts = stat()
    return lstat(path, &facts) == 0
  }

  private func move(_ old: String, to new: String) throws(StoreFailure) {
    guard rename(old, new) == 0 else { throw Self.failure(.current, "\(old) cannot be moved to \(new)") }
  }

  private func sync(_ folder: String) throws(StoreFailure) {
    do throws(SystemError) { try File.syncFolder(folder) } catch {
      throw Self.failure(error, "\(folder) cannot be written")
    }
  }
}
