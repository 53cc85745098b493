package import Logging
package import Model
package import TLS
import Wire

/// The files on one printer: one operation at a time, the others wait in line (protocol sheet, section 4: sessions are
/// one at a time).
///
/// At most eight operations wait, more throw `.tooManyWaiting`. Cancelling the task breaks its operation off within a
/// second and removes what it has left on the printer.
package actor PrinterStorage {
  private var target: StorageTarget
  private let timings: StorageTimings
  private let workers: TransferWorkers
  private let lane: UInt64
  private let now: @Sendable () -> Timestamp
  private let observe: @Sendable (TrustVerdict) -> Void
  private let logger: Logger?
  private var hasToldOfListing = false
  /// What was learnt of the printer's file server so far.
  package private(set) var habits: StorageHabits
  /// Operations that somebody waits for.
  private var wanted = 0
  private var isQuiet: [CheckedContinuation<Void, Never>] = []
  private var aside: Task<Result<Int64, StorageError>, Never>?

  /// - Parameters:
  ///   - workers: shared by all printers.
  ///   - now: the wall clock, for dates without a year.
  ///   - logger: told of the first listing that cannot be shown as a whole.
  ///   - observe: told what each operation found at the port, from any thread; `.firstUse` wants pinning.
  package init(
    target: StorageTarget, habits: StorageHabits = StorageHabits(), timings: StorageTimings = StorageTimings(),
    workers: TransferWorkers, now: @escaping @Sendable () -> Timestamp, logger: Logger? = nil,
    observe: @escaping @Sendable (TrustVerdict) -> Void = { _ in }
  ) {
    self.target = target
    self.habits = habits
    self.timings = timings
    self.workers = workers
    self.now = now
    self.observe = observe
    self.logger = logger
    lane = workers.makeLane()
  }

  /// For operations that start from now on.
  package func update(_ target: StorageTarget) { self.target = target }

  /// The folder's entries as the printer orders them, the first 4,096; those that cannot be read are left out.
  package func entries(of folder: StoragePath) async throws(StorageError) -> [StorageEntry] {
    let now = now()
    let contents = try await run { session throws(StorageError) in
      let bytes = try session.listing(of: folder, namesOnly: false)
      do throws(StorageListingError) { return try StorageListing.entries(bytes, in: folder, now: now) } catch {
        throw .listing(error)
      }
    }
    note(contents, of: folder)
    return contents.entries
  }

  /// The names in a folder only: quicker on a full card.
  package func names(in folder: StoragePath) async throws(StorageError) -> [StoragePath] {
    let contents = try await run { session throws(StorageError) in
      let bytes = try session.listing(of: folder, namesOnly: true)
      do throws(StorageListingError) { return try StorageListing.names(bytes, in: folder) } catch {
        throw .listing(error)
      }
    }
    note(contents, of: folder)
    return contents.entries
  }

  /// Once: a folder that is odd is so at every look.
  private func note<Entry>(_ contents: StorageContents<Entry>, of folder: StoragePath) {
    guard contents.isCut || contents.leftOut > 0, !hasToldOfListing else { return }
    hasToldOfListing = true
    logger?.notice(
      "Not everything in a folder of the printer is shown.",
      metadata: [
        "folder": "\(folder)", "left_out": "\(contents.leftOut)", "too_many": "\(contents.isCut)",
        "reason": "\(contents.oddity?.description ?? "none")",
      ])
  }

  /// Bytes of a file.
  package func size(of path: StoragePath) async throws(StorageError) -> Int64 {
    try await run { session throws(StorageError) in try session.size(of: path) }
  }

  /// Bytes free on the card; nil where the printer does not know the question.
  package func freeSpace() async throws(StorageError) -> Int64? {
    try await run { session throws(StorageError) in try session.freeSpace() }
  }

  package func delete(_ path: StoragePath) async throws(StorageError) {
    try await run { session throws(StorageError) in try session.delete(path) }
  }

  package func makeFolder(_ path: StoragePath) async throws(StorageError) {
    try await run { session throws(StorageError) in try session.order(["MKD \(path.text)"]) }
  }

  /// Replaces what has the new name already.
  package func rename(_ path: StoragePath, to new: StoragePath) async throws(StorageError) {
    try await run { session throws(StorageError) in try session.rename(path, to: new) }
  }

  /// Writes a whole file; what has the name already is replaced once all bytes have arrived and been counted.
  ///
  /// They go to `.<name>.part` beside it, which gets its final name at the end. Only where the printer cannot rename is
  /// the file written under its final name, and deleted when the transfer is cut.
  /// - Returns: the bytes written.
  @discardableResult
  package func upload(
    _ source: UploadSource, to path: StoragePath, progress: TransferProgress.Handler? = nil
  ) async throws(StorageError) -> Int64 {
    try await run { session throws(StorageError) in
      try Upload(session: session, source: try source.open(), path: path, progress: progress).run()
    }
  }

  /// Reads a whole file into `local`, which appears only when all bytes are on the disk.
  ///
  /// Until then they are in `<local>.<size>.part`; with `resume` a cut download leaves it, and the next one goes on from
  /// there as long as the file on the printer has the same size.
  /// - Parameter limit: bytes above which nothing is read; throws `.tooLarge`.
  /// - Returns: the file's bytes.
  @discardableResult
  package func download(
    _ path: StoragePath, to local: String, resume: Bool = false, limit: Int64 = 4 << 30,
    progress: TransferProgress.Handler? = nil
  ) async throws(StorageError) -> Int64 {
    try await run { session throws(StorageError) in
      try Download(session: session, path: path, local: local, resumes: resume, limit: limit, progress: progress).run()
    }
  }

  // MARK: What gives way

  /// Reads a file as `download` does with `resume`, as long as nobody wants anything else of this printer's files: then it
  /// breaks off within a second, keeps its part, and throws `.cancelled` although its own task was not.
  @discardableResult
  package func downloadAside(
    _ path: StoragePath, to local: String, limit: Int64
  ) async throws(StorageError) -> Int64 {
    guard wanted == 0, aside == nil else { throw .cancelled }
    let task = Task { () -> Result<Int64, StorageError> in
      do throws(StorageError) {
        return .success(
          try await perform { session throws(StorageError) in
            try Download(session: session, path: path, local: local, resumes: true, limit: limit, progress: nil).run()
          })
      } catch {
        return .failure(error)
      }
    }
    aside = task
    defer { aside = nil }
    return try await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }.get()
  }

  /// Returns when nobody wants anything of this printer's files.
  package func quiet() async {
    guard wanted > 0 else { return }
    await withCheckedContinuation { isQuiet.append($0) }
  }

  private func run<Answer: Sendable>(
    _ body: @escaping @Sendable (FTPSession) throws(StorageError) -> Answer
  ) async throws(StorageError) -> Answer {
    wanted += 1
    aside?.cancel()
    defer {
      wanted -= 1
      if wanted == 0 {
        for waiting in isQuiet { waiting.resume() }
        isQuiet = []
      }
    }
    return try await perform(body)
  }

  private func perform<Answer: Sendable>(
    _ body: @escaping @Sendable (FTPSession) throws(StorageError) -> Answer
  ) async throws(StorageError) -> Answer {
    let (target, habits, timings, observe) = (target, habits, timings, observe)
    let outcome = await workers.run(lane: lane) {
      control -> Result<(answer: Result<Answer, StorageError>, learnt: StorageHabits), StorageError> in
      do throws(StorageError) {
        let session = try FTPSession(target: target, habits: habits, timings: timings, control: control)
        defer {
          session.sayGoodbye()
          if let verdict = session.verdict { observe(verdict) }
        }
        let answer: Result<Answer, StorageError>
        do throws(StorageError) { answer = .success(try body(session)) } catch { answer = .failure(error) }
        return .success((answer, session.habits))
      } catch {
        return .failure(error)
      }
    }
    let (answer, learnt) = try outcome.get()
    self.habits = learnt
    return try answer.get()
  }
}
