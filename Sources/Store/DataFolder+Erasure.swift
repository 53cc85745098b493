import Glibc

/// A factory reset: everything in the folder goes, in two steps that may be cut off at any moment. The mark is made while
/// the service still runs; the next start erases before it opens anything, and takes the mark away last.
extension DataFolder {
  private var mark: String { path + "/erase-everything" }

  /// Marks all of it for erasure, or takes the mark away.
  package func markForErasure(_ isMarked: Bool) throws(StoreFailure) {
    do throws(SystemError) {
      if isMarked {
        let file = try File(mark, O_WRONLY | O_CREAT | O_TRUNC)
        try file.sync()
      } else if unlink(mark) != 0, errno != ENOENT {
        throw SystemError.current
      }
      try File.syncFolder(path)
    } catch {
      throw Self.failure(error, "The mark for a factory reset cannot be written")
    }
  }

  /// Erases what is marked; the lock that keeps others out stays. Whether anything was marked.
  package func eraseIfMarked() throws(StoreFailure) -> Bool {
    var facts = stat()
    guard lstat(mark, &facts) == 0 else { return false }
    for name in try Self.names(in: path) where name != "erase-everything" && name != "lock" {
      try Self.erase("\(path)/\(name)")
    }
    sync()
    try markForErasure(false)
    return true
  }

  static func erase(_ path: String) throws(StoreFailure) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return }
    // A link is a file here: what it leads to is not ours.
    let isFolder = facts.st_mode & S_IFMT == S_IFDIR
    if isFolder {
      for name in try names(in: path) { try erase("\(path)/\(name)") }
    }
    guard (isFolder ? rmdir(path) : unlink(path)) == 0 || errno == ENOENT else {
      throw failure(SystemError.current, "\(path) cannot be erased")
    }
  }

  static func names(in folder: String) throws(StoreFailure) -> [String] {
    guard let directory = opendir(folder) else { throw failure(SystemError.current, "\(folder) cannot be read") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
