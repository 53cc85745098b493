package import Model
import Synchronization

/// The files of archives and photos, each under the hash of what it holds, so that equal ones are kept once
/// (Documentation/decisions/0022-files-by-their-content.md).
///
/// A file is on the disk before its row, and its row goes before the file. So a crash leaves at most a file without a row
/// or a row without a record, and `sweep` removes both. What a record uses cannot be removed: its column references the
/// row. Blocking work runs on a thread that ends with it.
package final class FileVault: Sendable {
  private struct State {
    var holds: [ContentHash: Int] = [:]
    /// No record used them any more while they were held.
    var leftovers: Set<ContentHash> = []
    /// How many want that no file goes.
    var keepers = 0
    var lastNumber = 0
  }

  let layout: VaultLayout
  let disk: Disk
  let rows: StoredFileRepository
  /// Whoever makes or removes a name and its row passes here.
  let turnstile = Turnstile()
  private let state = Mutex(State())
  /// Tells the temporary files of this run from those that an earlier one has left.
  let run = UInt32.random(in: .min ... .max)

  /// - Parameter hook: for tests; see `FileHook`.
  package init(_ database: Database, hook: FileHook? = nil) {
    layout = VaultLayout(root: database.folder.files)
    disk = Disk(hook: hook)
    rows = StoredFileRepository(database)
  }

  /// Where the file lies, if it is there.
  package func path(of hash: ContentHash) -> String { layout.path(of: hash) }

  /// Holds a file that a record uses; nil when it is not there.
  package func file(_ hash: ContentHash) async throws -> StoredFile? {
    guard let bytes = try await rows.bytes(of: hash) else { return nil }
    let file = StoredFile(hash: hash, bytes: bytes, vault: self)
    return disk.size(of: file.path) == bytes ? file : nil
  }

  /// How many files there are, and their bytes.
  package func totals() async throws -> (files: Int, bytes: Int64) { try await rows.totals() }

  // MARK: Taking

  /// Takes over a file of the data folder, such as one of the spool: its name there is gone when this returns.
  ///
  /// - Parameter record: writes what uses the file; when it throws, the file goes again unless another record uses it.
  /// - Throws: `StoreFailure` `.diskFull` or `.io`, with nothing left behind.
  package func keep<Value: Sendable>(
    _ path: String, now: Timestamp, _ record: @Sendable (StoredFile) async throws -> Value
  ) async throws -> Value {
    let worker = try VaultWorker()
    let facts = try await worker.run { [disk] in
      let facts = try disk.digest(of: path)
      try disk.sync(path)
      return facts
    }
    let file = StoredFile(hash: facts.hash, bytes: facts.bytes, vault: self)
    try await place(path, as: file, now: now, worker)
    do {
      return try await record(file)
    } catch {
      _ = try? await remove(file.hash, worker, isHeldByUs: true)
      throw error
    }
  }

  /// The same with bytes that are in memory, such as a picture.
  package func keep<Value: Sendable>(
    _ bytes: [UInt8], now: Timestamp, _ record: @Sendable (StoredFile) async throws -> Value
  ) async throws -> Value {
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    let path = layout.temporary(run, number)
    do {
      try await VaultWorker().run { [disk] in try disk.write(bytes, to: path) }
      return try await keep(path, now: now, record)
    } catch {
      try? await VaultWorker().run { [disk] in try disk.remove(path) }
      throw error
    }
  }

  private func place(_ path: String, as file: StoredFile, now: Timestamp, _ worker: VaultWorker) async throws {
    let (disk, layout, hash, final) = (disk, layout, file.hash, file.path)
    try await turnstile.passing {
      let isKnown = try await rows.bytes(of: hash) != nil
      if isKnown, disk.size(of: final) == file.bytes {
        try? await worker.run { try disk.remove(path) }
        return
      }
      do {
        try await worker.run {
          let folder = layout.folder(of: hash)
          if try disk.makeFolder(folder) { try disk.syncFolder(layout.root) }
          try disk.move(path, to: final)
          try disk.syncFolder(folder)
        }
        if !isKnown { try await rows.insert(hash, bytes: file.bytes, now: now) }
      } catch {
        if !isKnown { try? await worker.run { try disk.remove(final) } }
        throw error
      }
    }
  }

  // MARK: Removing

  /// Removes those of the files that no record uses any more. To be called after the records are gone.
  package func collect(_ hashes: some Sequence<ContentHash>) async throws {
    let worker = try VaultWorker()
    for hash in Set(hashes) { _ = try await remove(hash, worker) }
  }

  /// Answers whether the file is gone.
  @discardableResult
  func remove(_ hash: ContentHash, _ worker: VaultWorker, isHeldByUs: Bool = false) async throws -> Bool {
    try await turnstile.passing {
      let isHeld = state.withLock { state in
        guard state.keepers > 0 || state.holds[hash, default: 0] > (isHeldByUs ? 1 : 0) else { return false }
        state.leftovers.insert(hash)
        return true
      }
      guard !isHeld, try await rows.deleteUnused(hash) else { return false }
      let path = layout.path(of: hash)
      try await worker.run { [disk] in try disk.remove(path) }
      return true
    }
  }

  func isHeld(_ hash: ContentHash) -> Bool { state.withLock { $0.keepers > 0 || $0.holds[hash] != nil } }

  /// No file goes meanwhile, such as while a backup reads them all; those that were to go do so afterwards.
  package func keepingAll<Value>(_ body: () async throws -> Value) async rethrows -> Value {
    state.withLock { $0.keepers += 1 }
    defer {
      let due = state.withLock { state -> [ContentHash] in
        state.keepers -= 1
        guard state.keepers == 0 else { return [] }
        let due = state.leftovers.filter { state.holds[$0] == nil }
        state.leftovers.subtract(due)
        return Array(due)
      }
      // Owned by nobody: one round; what fails is made up for at the next start.
      if !due.isEmpty { Task { try? await collect(due) } }
    }
    return try await body()
  }

  func hold(_ hash: ContentHash) { state.withLock { $0.holds[hash, default: 0] += 1 } }

  func release(_ hash: ContentHash) {
    let isDue = state.withLock { state -> Bool in
      let left = state.holds[hash, default: 1] - 1
      state.holds[hash] = left > 0 ? left : nil
      return left <= 0 && state.keepers == 0 && state.leftovers.remove(hash) != nil
    }
    // Owned by nobody: one deletion; where it fails, the next start makes up for it.
    if isDue { Task { try? await collect([hash]) } }
  }
}

/// The thread on which the vault hashes, syncs and moves: a card takes seconds for some of it. It ends with this.
actor VaultWorker {
  private let thread: DatabaseThread

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init() throws(StoreFailure) { thread = try DatabaseThread() }

  func run<Value: Sendable>(_ body: @Sendable () throws -> Value) throws -> Value {
    do { return try body() } catch let error as SystemError {
      throw DataFolder.failure(error, "A file could not be kept")
    }
  }
}
