import ArgumentParser
import Glibc
import Model
import Service
import Store
import Wire

/// A passphrase as the commands take it: never as an argument, which everybody on the machine could read.
struct PassphraseOptions: ParsableArguments {
  @Option(help: "A file whose first line is the passphrase; - is standard input.") var passphraseFile: String?

  func passphrase() throws -> Secret? {
    guard let path = passphraseFile else { return nil }
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InvalidValue("--passphrase-file", "must be a file that can be read: \(systemError(errno))")
    }
    defer { if path != "-" { close(descriptor) } }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    let line = bytes.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard let text = String(validating: line, as: UTF8.self), SealedForm.passphrase.contains(text.unicodeScalars.count)
    else {
      throw InvalidValue(
        "--passphrase-file",
        "must begin with a line of \(SealedForm.passphrase.lowerBound) to \(SealedForm.passphrase.upperBound) characters"
      )
    }
    return Secret(text)
  }
}

/// Makes a backup, beside a running service by asking it, else by itself (contract, section 8).
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Makes a backup, and prints where it is.",
    discussion: "Without a passphrase it holds no access codes, keys, tokens, passwords and pinned certificates.")

  @OptionGroup var place: DataOptions
  @OptionGroup var secret: PassphraseOptions
  @Option(help: "The port of the running service; else the configuration's.") var port: Int?
  @Option(help: "A new file for the backup; else it stays in the data folder.") var output: String?
  @Flag(help: "As JSON, for scripts.") var json = false

  func run() throws {
    do {
      let configuration = try place.configuration()
      // Else a slip of the hand makes a new folder, and a backup of nothing.
      guard DataFolder.isUsed(configuration.data) else {
        throw InvalidValue(
          "--data", "must be a folder that a service has used: there is nothing to back up in this one")
      }
      let folder = try DataFolder.prepare(configuration.data)
      if let output, access(output, F_OK) == 0 {
        throw InvalidValue("--output", "must be a file that does not exist yet")
      }
      let passphrase = try secret.passphrase()
      let entry =
        try folder.isLocked
        ? asked(folder, try LocalAPI(configuration, port: port), passphrase) : made(folder, passphrase)
      var path = entry.path
      if let output {
        try FileCopy.make(from: entry.path, to: output)
        path = output
      }
      print(json ? Self.json(entry, path) : path)
    } catch {
      throw Failure.exit(for: error)
    }
  }

  /// No service has the folder, and none can take it meanwhile.
  private func made(_ folder: DataFolder, _ passphrase: Secret?) throws -> BackupShelf.Entry {
    let lock = try folder.lock()
    _ = try folder.switchRestored()
    let database = try Database.open(folder, role: .service(lock), now: SystemClock().now)
    return try waiting {
      let shelf = BackupShelf(folder)
      let number = max(SystemClock().now.milliseconds, (shelf.entries.first?.number ?? 0) + 1)
      let maker = BackupMaker(
        folder: folder, vault: FileVault(database), version: Version.text, secretSettings: SettingName.secrets)
      let path = shelf.path(number, isSealed: passphrase != nil)
      try await maker.make(path, passphrase: passphrase, now: SystemClock().now, progress: BackupProgress())
      try await database.close()
      guard let entry = shelf.entries.first(where: { $0.number == number }) else {
        throw Fault(.internalError, "The backup is not where it was written.")
      }
      return entry
    }
  }

  private func asked(_ folder: DataFolder, _ api: LocalAPI, _ passphrase: Secret?) throws -> BackupShelf.Entry {
    let body: JSONValue = passphrase.map { ["passphrase": .string($0.exposed)] } ?? [:]
    return try place.withDatabase { database in
      let begun = try await api.send("POST", "/system/backup", json: body, database: database)
      guard case .int(let number)? = try JSONParser.parse(begun, limits: .init(bytes: 1 << 16))["id"] else {
        throw Fault(.serviceUnavailable, "The service did not say what it makes.")
      }
      while true {
        let state = try JSONParser.parse(
          try await api.get("/system/backups/\(number)", database: database), limits: .init(bytes: 1 << 16))
        switch state["state"]?.string {
        case "running": try await Task.sleep(for: .milliseconds(500))
        case "done":
          guard let entry = BackupShelf(folder).entries.first(where: { $0.number == number }) else {
            throw Fault(.notFound, "The backup is gone again: backup.keep may be too small.")
          }
          return entry
        default: throw Fault(.internalError, state["error"]?.string ?? "The backup failed. The service's log says why.")
        }
      }
    }
  }

  private static func json(_ entry: BackupShelf.Entry, _ path: String) -> String {
    var json = JSONWriter()
    json.write([
      "id": .int(entry.number), "path": .string(path), "size": .int(entry.bytes), "sealed": .bool(entry.isSealed),
    ])
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

/// Copies a file in pieces; the copy is the owner's alone.
enum FileCopy {
  static func make(from source: String, to target: String) throws {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw InvalidValue(source, "must be a file that can be read: \(systemError(errno))") }
    defer { close(input) }
    let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw InvalidValue(target, "must be a new file: \(systemError(errno))") }
    defer { close(output) }
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(input, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      if count == 0, fsync(output) == 0 { return }
      guard count > 0, write(output, piece, count) == count else {
        let words = systemError(errno)
        unlink(target)
        throw StoreFailure(.io, "\(target) cannot be written: \(words).")
      }
    }
  }
}
