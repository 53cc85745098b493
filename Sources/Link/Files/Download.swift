import Glibc
import Model

/// One download into a file beside its final name.
struct Download {
  let session: FTPSession
  let path: StoragePath
  let local: String
  let resumes: Bool
  let limit: Int64
  let progress: TransferProgress.Handler?

  func run() throws(StorageError) -> Int64 {
    let size = try session.size(of: path)
    guard size <= limit else { throw .tooLarge }
    let part = "\(local).\(size).part"
    removeParts(but: resumes ? part : nil)
    do throws(StorageError) {
      let file = try LocalFile(writing: part)
      try fill(file, size: size)
      try file.publish(as: local)
    } catch {
      if !resumes { unlink(part) }
      throw error
    }
    return size
  }

  private func fill(_ file: LocalFile, size: Int64) throws(StorageError) {
    if try file.size() > size { try file.cut(to: 0) }
    try session.withDataChannel { () throws(StorageError) in
      let start = try file.size()
      guard start < size else { return }
      var outcome = read(file, from: start, size: size)
      if start > 0, case .refused = outcome.error {
        // No REST here: from the beginning, then.
        try file.cut(to: 0)
        outcome = read(file, from: 0, size: size)
      }
      guard try file.size() == size else { throw outcome.error ?? .cut }
      // Every byte is there: a late or bad last word changes nothing.
      if let error = outcome.error {
        guard error.leavesSizeToAsk else { throw error }
        session.noteStallAtEnd(error)
      }
    }
  }

  private func read(_ file: LocalFile, from offset: Int64, size: Int64) -> (error: StorageError?, received: Int64) {
    session.retrieve(path, from: offset, total: size, progress: progress) { bytes, place in
      file.write(bytes, at: place)
    }
  }

  /// Parts of the same file as it was before it changed are of no more use.
  private func removeParts(but kept: String?) {
    let folder = LocalFile.folder(of: local)
    let prefix = String(local.dropFirst(folder == "/" || !local.hasPrefix(folder) ? 0 : folder.utf8.count + 1)) + "."
    guard let directory = opendir(folder) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasPrefix(prefix), name.hasSuffix(".part"),
        name.dropFirst(prefix.count).dropLast(5).allSatisfy(\.isNumber)
      else { continue }
      let file = "\(folder)/\(name)"
      if file != kept { unlink(file) }
    }
  }
}
