import Glibc
import Model

/// One control connection of the simulated file server; confined to its thread.
final class FileServerSession {
  /// Bytes of one command; more ends the session.
  private static let lineLimit = 4096

  let server: FileServer
  let control: FileChannel
  private var pending: [UInt8] = []
  private var user = ""
  private var isLoggedIn = false
  var isEncrypted = false
  var folder = StoragePath.root
  var passive: (descriptor: Int32, port: UInt16)?
  var restart: Int64 = 0
  private var renaming: StoragePath?

  /// Makes the TLS handshake; nil when it fails.
  init?(server: FileServer, socket: Int32) {
    guard let control = server.tls.accept(socket) else { return nil }
    self.server = server
    self.control = control
  }

  deinit { closePassive() }

  func serve() {
    if server.settings.isSilent {
      while nextLine() != nil {}
      return
    }
    if server.settings.isTalkative {
      while control.write(Array("220-Welcome, and welcome again.\r\n".utf8)[...]) {}
      return
    }
    guard server.sessions <= server.settings.sessionLimit else {
      _ = reply(421, "There are too many connected users, please try later.")
      return
    }
    guard reply(220, "(vsFTPd 3.0.3)") else { return }
    while let line = nextLine() {
      let word = line.prefix { $0 != " " }.uppercased()
      let argument = String(line.dropFirst(word.count + 1))
      server.note(word == "PASS" ? "PASS" : argument.isEmpty ? word : "\(word) \(argument)")
      guard handle(word, argument) else { return }
    }
  }

  func reply(_ code: Int, _ text: String) -> Bool { control.write(Array("\(code) \(text)\r\n".utf8)[...]) }

  private func nextLine() -> String? {
    var chunk = [UInt8](repeating: 0, count: 1024)
    while true {
      if let end = pending.firstIndex(of: 0x0A) {
        let line = pending[..<end]
        pending.removeSubrange(...end)
        return String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
      }
      guard pending.count < Self.lineLimit, let count = control.read(into: &chunk) else { return nil }
      pending += chunk[..<count]
    }
  }

  // MARK: Commands; false ends the session

  private func handle(_ word: String, _ argument: String) -> Bool {
    switch word {
    case "USER":
      user = argument
      return reply(331, "Please specify the password.")
    case "PASS": return logIn(argument)
    case "QUIT":
      _ = reply(221, "Goodbye.")
      return false
    case "FEAT":
      return control.write(Array("211-Features:\r\n PASV\r\n REST STREAM\r\n SIZE\r\n UTF8\r\n211 End\r\n".utf8)[...])
    default: return isLoggedIn ? handleFiles(word, argument) : reply(530, "Please login with USER and PASS.")
    }
  }

  private func logIn(_ word: String) -> Bool {
    isLoggedIn = user == "bblp" && word == server.accessCode.secret.exposed && !server.settings.refusesAccessCode
    return isLoggedIn ? reply(230, "Login successful.") : reply(530, "Login incorrect.")
  }

  private func handleFiles(_ word: String, _ argument: String) -> Bool {
    switch word {
    case "SYST": return reply(215, "UNIX Type: L8")
    case "OPTS": return reply(200, "Always in UTF8 mode.")
    case "NOOP": return reply(200, "NOOP ok.")
    case "TYPE": return reply(200, "Switching mode.")
    case "PBSZ": return reply(200, "PBSZ set to 0.")
    case "PROT":
      isEncrypted = argument == "P"
      return argument == "P" || argument == "C" ? reply(200, "PROT now set.") : reply(536, "PROT not supported.")
    case "PWD": return reply(257, "\"\(folder.text)\" is the current directory")
    case "CWD": return changeFolder(argument)
    case "PASV": return openPassive(extended: false)
    case "EPSV": return openPassive(extended: true)
    case "REST":
      guard server.settings.knowsRestart, let offset = Int64(argument), offset >= 0 else {
        return reply(502, "REST not implemented.")
      }
      restart = offset
      return reply(350, "Restart position accepted (\(offset)).")
    case "AVBL":
      guard let free = server.settings.freeSpace else { return reply(500, "Unknown command.") }
      return reply(213, "\(free)")
    case "LIST": return list(argument, namesOnly: false)
    case "NLST": return list(argument, namesOnly: true)
    default: return handlePath(word, argument)
    }
  }

  private func handlePath(_ word: String, _ argument: String) -> Bool {
    guard let path = path(argument) else { return reply(550, "Bad path.") }
    switch word {
    case "SIZE":
      guard let size = server.storage.size(path) else { return reply(550, "Could not get file size.") }
      return reply(213, "\(size)")
    case "RETR": return retrieve(path)
    case "STOR": return store(path)
    case "DELE": return answer(unlink(server.storage.place(path)) == 0, "Delete operation")
    case "MKD":
      guard mkdir(server.storage.place(path), 0o755) == 0 else {
        return reply(550, "Create directory operation failed.")
      }
      return reply(257, "\"\(path.text)\" created")
    case "RMD": return answer(rmdir(server.storage.place(path)) == 0, "Remove directory operation")
    case "RNFR", "RNTO": return rename(word, path)
    default: return reply(500, "Unknown command.")
    }
  }

  private func changeFolder(_ argument: String) -> Bool {
    guard let path = path(argument), server.storage.isFolder(path) else {
      return reply(550, "Failed to change directory.")
    }
    folder = path
    return reply(250, "Directory successfully changed.")
  }

  private func rename(_ word: String, _ path: StoragePath) -> Bool {
    guard server.settings.knowsRename else { return reply(502, "\(word) not implemented.") }
    if word == "RNFR" {
      guard server.storage.size(path) != nil || server.storage.isFolder(path) else { return reply(550, "RNFR failed.") }
      renaming = path
      return reply(350, "Ready for RNTO.")
    }
    guard let old = renaming else { return reply(503, "RNFR required first.") }
    renaming = nil
    return answer(Glibc.rename(server.storage.place(old), server.storage.place(path)) == 0, "Rename")
  }

  private func answer(_ isDone: Bool, _ what: String) -> Bool {
    isDone ? reply(250, "\(what) successful.") : reply(550, "\(what) failed.")
  }

  /// Absolute, or in the current folder; nil for what could leave the card.
  func path(_ text: String) -> StoragePath? {
    if text.isEmpty { return folder }
    var clean = text[...]
    while clean.count > 1, clean.hasSuffix("/") { clean = clean.dropLast() }
    if clean.hasPrefix("/") { return try? StoragePath(String(clean)) }
    return try? StoragePath(folder == .root ? "/\(clean)" : "\(folder.text)/\(clean)")
  }

  // MARK: Passive ports

  private func openPassive(extended: Bool) -> Bool {
    closePassive()
    guard let opened = try? FileSockets.listen(port: 0) else { return reply(425, "No passive port.") }
    passive = opened
    if extended { return reply(229, "Entering Extended Passive Mode (|||\(opened.port)|)") }
    let address = (server.settings.passiveAddress ?? "127.0.0.1").split(separator: ".").joined(separator: ",")
    return reply(227, "Entering Passive Mode (\(address),\(opened.port >> 8),\(opened.port & 255)).")
  }

  func closePassive() {
    if let passive { close(passive.descriptor) }
    passive = nil
  }
}
