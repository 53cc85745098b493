import ArgumentParser
import Glibc
import Model
import Service
import Store
import Wire

/// Restores a backup: into the running service by telling it, else into its data folder (contract, section 8).
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Restores a backup in the place of what is there.",
    discussion: """
      All of it is checked before anything is changed, and what was there is kept until the service has come up with it. \
      The queue is paused afterwards.
      """)

  @OptionGroup var place: DataOptions
  @OptionGroup var secret: PassphraseOptions
  @Option(help: "The port of the running service; else the configuration's.") var port: Int?
  @Argument(help: "The backup.") var file: String

  /// Seconds that a service may take to begin anew.
  private static let patience = 120

  func run() throws {
    do {
      guard access(file, R_OK) == 0 else {
        throw InvalidValue("the backup", "must be a file that can be read: \(systemError(errno))")
      }
      let configuration = try place.configuration()
      let folder = try DataFolder.prepare(configuration.data)
      let passphrase = try secret.passphrase()
      if folder.isLocked {
        try tell(folder, try LocalAPI(configuration, port: port), passphrase)
      } else {
        try restore(folder, passphrase)
      }
      Failure.say("The backup is restored. The queue is paused: POST /api/v1/queue/resume.")
    } catch let problem as BackupProblem {
      Failure.say(problem.description)
      throw ExitCode(Failure.Status.damagedData.rawValue)
    } catch {
      throw Failure.exit(for: error)
    }
  }

  private func restore(_ folder: DataFolder, _ passphrase: Secret?) throws {
    let lock = try folder.lock()
    _ = try folder.switchRestored()
    let file = file
    try waiting {
      let stage = RestoreStage(folder, secretSettings: SettingName.secrets)
      _ = try await stage.prepare(file, passphrase: passphrase, now: SystemClock().now, progress: BackupProgress())
      try stage.commit()
    }
    _ = try folder.switchRestored()
    // What it replaced stays until a service has started with it.
    let database = try Database.open(folder, role: .service(lock), now: SystemClock().now)
    try waiting { try await database.close() }
  }

  /// The running service takes it from among its own backups, so that nothing is sent.
  private func tell(_ folder: DataFolder, _ api: LocalAPI, _ passphrase: Secret?) throws {
    let shelf = BackupShelf(folder)
    let number = max(SystemClock().now.milliseconds, (shelf.entries.first?.number ?? 0) + 1)
    let path = shelf.path(number, isSealed: RestoreStage.isSealed(file))
    try FileCopy.make(from: file, to: path)
    defer { unlink(path) }
    var body: [String: JSONValue] = ["backup_id": .int(number)]
    if let passphrase { body["passphrase"] = .string(passphrase.exposed) }
    let order = JSONValue.object(body)
    _ = try place.withDatabase { try await api.send("POST", "/system/restore", json: order, database: $0) }
    try waiting { try await Self.follow(api, place) }
  }

  private static func follow(_ api: LocalAPI, _ place: DataOptions) async throws {
    let end = ContinuousClock.now + .seconds(patience)
    var mayHaveGone = false
    while ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(500))
      // Its database is being exchanged meanwhile: nobody may open that before the service is well again.
      guard api.isWell else {
        mayHaveGone = true
        continue
      }
      let answer = try? await api.get("/system/restore", in: place)
      switch answer?["state"]?.string {
      case "done": return
      case "failed": throw Fault(.invalidRequest, answer?["error"]?.string ?? "The service could not restore it.")
      case "idle" where mayHaveGone:
        throw Fault(.internalError, "The service went back to what was there. Its log says why.")
      default: continue
      }
    }
    throw Fault(.serviceUnavailable, "The service did not come back in time. Look at its log.")
  }
}
