package import Logging
package import Model
package import Store

/// How a restoring stands.
package struct RestoreStanding: Hashable, Sendable {
  package enum State: String, Sendable, CaseIterable { case idle, checking, restarting, done, failed }

  package var state: State
  /// 0 to 100.
  package var percent = 0
  /// When the backup was made.
  package var madeAt: Timestamp?
  package var error: String?

  package init(state: State) { self.state = state }
}

/// Restores backups into the running service: everything is checked beside what is there; then the service begins anew with
/// it, and what was there is kept until it has.
package actor RestoreDesk {
  /// What speaks against an interruption at this moment, thrown as a `Fault`.
  package typealias Objection = @Sendable () async throws -> Void

  package enum Source: Sendable {
    /// A kept backup.
    case kept(BackupShelf.Entry)
    /// One that somebody sent.
    case sent(SpoolFile)

    fileprivate var path: String {
      switch self {
      case .kept(let entry): entry.path
      case .sent(let file): file.path
      }
    }
  }

  private let folder: DataFolder
  private let stage: RestoreStage
  private let clock: any WallClock
  private let logger: Logger
  private let objection: Objection
  private let restart: @Sendable () -> Void
  private var standing: RestoreStanding
  private var progress = BackupProgress()
  private var work: Task<Void, Never>?

  /// - Parameters:
  ///   - isRestored: this start has put a restored state in its place.
  ///   - restart: ends the service and begins it anew.
  package init(
    folder: DataFolder, isRestored: Bool, clock: any WallClock, logger: Logger, objection: @escaping Objection,
    restart: @escaping @Sendable () -> Void
  ) {
    self.folder = folder
    stage = RestoreStage(folder, secretSettings: SettingName.secrets)
    standing = RestoreStanding(state: isRestored ? .done : .idle)
    if isRestored { standing.percent = 100 }
    self.clock = clock
    self.logger = logger
    self.objection = objection
    self.restart = restart
  }

  /// The service runs with what was restored: what that replaced goes.
  package func prove() async {
    do {
      try await OwnThread.run(named: "restore") { [folder] in try folder.forgetReplaced() }
    } catch {
      logger.error("what a restoring replaced could not be removed", metadata: ["error": "\(error)"])
    }
  }

  package func stop() async {
    progress.cancel()
    await work?.value
  }

  package var state: RestoreStanding {
    var standing = standing
    if standing.state == .checking { standing.percent = progress.percent }
    return standing
  }

  /// Begins; it goes on by itself.
  ///
  /// - Throws: 400 for what is no backup that can be taken, `CONFLICT` for the state of printers and queue.
  package func begin(_ source: Source, passphrase: Secret?) async throws -> RestoreStanding {
    try requireIdle()
    try await objection()
    let manifest: BackupManifest
    do {
      manifest = try await RestoreStage.manifest(of: source.path, passphrase: passphrase)
    } catch let problem as BackupProblem {
      throw Self.fault(problem)
    }
    // Somebody else may have been quicker.
    try requireIdle()
    standing = RestoreStanding(state: .checking)
    standing.madeAt = manifest.madeAt
    progress = BackupProgress()
    logger.notice("a backup is being restored", metadata: ["made_at": "\(manifest.madeAt)"])
    // Ends with the restoring; `stop` cancels it by its progress and waits.
    work = Task { await self.restore(source, passphrase, progress) }
    return state
  }

  private func requireIdle() throws(Fault) {
    guard standing.state != .checking, standing.state != .restarting else {
      throw Fault(.conflict, "A backup is being restored already. Wait until it is done.")
    }
  }

  private func restore(_ source: Source, _ passphrase: Secret?, _ progress: BackupProgress) async {
    do {
      _ = try await stage.prepare(source.path, passphrase: passphrase, now: clock.now, progress: progress)
      do { try await objection() } catch {
        stage.discard()
        throw error
      }
      try stage.commit()
      standing.state = .restarting
      standing.percent = 100
      logger.notice("the backup is whole: the service begins anew with it")
      restart()
    } catch {
      standing.state = .failed
      standing.error = BackupDesk.sentence(error)
      logger.error("a backup could not be restored", metadata: ["error": "\(error)"])
    }
  }

  private static func fault(_ problem: BackupProblem) -> Fault {
    switch problem {
    case .needsPassphrase: Fault(InvalidValue("passphrase", "is missing: this backup is sealed"))
    case .wrongPassphrase: Fault(InvalidValue("passphrase", "does not open this backup"))
    default:
      Fault(
        .invalidRequest, problem.description, fields: [InvalidValue("file", "must be a whole backup of this service")])
    }
  }
}
