import Model

/// One upload, with what printers do at its end (protocol sheet, section 4).
struct Upload {
  let session: FTPSession
  let source: OpenSource
  let path: StoragePath
  let progress: TransferProgress.Handler?

  func run() throws(StorageError) -> Int64 {
    if session.habits.renames != false, let temporary {
      do throws(StorageError) {
        try store(at: temporary)
        try publish(temporary)
        session.habits.renames = true
        return source.size
      } catch {
        // A printer that has renamed before does not forget how; what it refuses now it refuses for another reason.
        guard session.habits.renames == nil, error.mayBeOfTheName else { throw error }
      }
    }
    try store(at: path)
    session.habits.renames = false
    return source.size
  }

  /// Hidden, so that the printer's own list of files does not show half a file.
  private var temporary: StoragePath? {
    var name = path.name[...]
    while name.utf8.count > StoragePath.partLimit - 6 { name = name.dropLast() }
    return try? path.folder.appending(".\(name).part")
  }

  private func publish(_ temporary: StoragePath) throws(StorageError) {
    do throws(StorageError) { try session.rename(temporary, to: path) } catch {
      remove(temporary)
      throw error
    }
  }

  /// Writes all bytes and counts them, in at most two attempts; leaves nothing behind when it throws.
  private func store(at place: StoragePath) throws(StorageError) {
    do throws(StorageError) {
      do throws(StorageError) { try attempt(at: place) } catch {
        guard error == .cut, !session.isCancelled else { throw error }
        remove(place)
        try attempt(at: place)
      }
    } catch {
      if error.mayHaveWritten { remove(place) }
      throw error
    }
  }

  private func attempt(at place: StoragePath) throws(StorageError) {
    try session.withDataChannel { () throws(StorageError) in
      let outcome = session.store(source, at: place, progress: progress)
      if let error = outcome.error {
        // 426 or silence after the last byte: when all bytes are there, nothing is wrong.
        guard error.leavesSizeToAsk, outcome.sentAll, try session.size(of: place) == source.size else { throw error }
        session.noteStallAtEnd(error)
        return
      }
      try confirm(place)
    }
  }

  /// A server without SIZE has at least said 226.
  private func confirm(_ place: StoragePath) throws(StorageError) {
    let size: Int64
    do throws(StorageError) { size = try session.size(of: place) } catch {
      if case .refused(500...504) = error { return }
      throw error
    }
    guard size == source.size else { throw .cut }
  }

  private func remove(_ place: StoragePath) {
    session.cleaningUp { () throws(StorageError) in try session.delete(place) }
  }
}

extension StorageError {
  /// Whether the printer may only mind the temporary name, or not know how to rename.
  fileprivate var mayBeOfTheName: Bool {
    switch self {
    case .cannotCreate, .notFound, .refused: true
    default: false
    }
  }

  /// Whether a piece of a file may be on the card.
  fileprivate var mayHaveWritten: Bool {
    switch self {
    case .untrusted, .notTLS, .unreachable, .wrongAccessCode, .cannotCreate, .tooManySessions, .noLibrary: false
    default: true
    }
  }
}
