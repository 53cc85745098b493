import Glibc
import Model

/// The data channel: one transfer over each passive port.
extension FileServerSession {
  private static let acceptMilliseconds: Int32 = 10_000

  private enum Channel {
    case open(FileChannel)
    /// A reply says why not.
    case refused(Int, String)
  }

  // MARK: Transfers; false ends the session

  func list(_ argument: String, namesOnly: Bool) -> Bool {
    // Options such as -a change nothing here.
    let wanted = argument.hasPrefix("-") ? folder : path(argument)
    guard let wanted else { return reply(550, "Bad path.") }
    let bytes: [UInt8]
    switch server.settings.listing {
    case .traversal: bytes = Self.lines(["../../etc/passwd"])
    case .traversalAmongOthers: bytes = Self.lines(["a.3mf", "../../etc/passwd", "b.3mf"])
    case .endlessLine(let count): bytes = [UInt8](repeating: 0x78, count: count)
    case .entries(let count): bytes = Self.lines((0..<count).map { "file \($0).3mf" })
    case .honest:
      let found = namesOnly ? names(in: wanted) : server.storage.listing(of: wanted, now: time(nil))
      // As vsFTPd does: an empty list for a folder that is not there.
      bytes = found ?? []
    }
    return transfer("Here comes the directory listing.") { send(bytes[...], over: $0) }
  }

  private static func lines(_ names: [String]) -> [UInt8] {
    Array(names.map { "-rw-r--r--    1 1000     1000            3 Mar 02  2025 \($0)\r\n" }.joined().utf8)
  }

  private func names(in folder: StoragePath) -> [UInt8]? {
    let prefix = server.settings.namesWithPaths ? (folder == .root ? "/" : "\(folder.text)/") : ""
    return server.storage.names(in: folder).map { names in
      Array(names.map { "\(prefix)\($0)\r\n" }.joined().utf8)
    }
  }

  func retrieve(_ path: StoragePath) -> Bool {
    let offset = restart
    restart = 0
    guard server.storage.size(path) != nil else { return reply(550, "Failed to open file.") }
    let descriptor = open(server.storage.place(path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return reply(550, "Failed to open file.") }
    defer { close(descriptor) }
    lseek(descriptor, off_t(offset), Int32(SEEK_SET))
    return transfer("Opening BINARY mode data connection.") { channel in
      var chunk = [UInt8](repeating: 0, count: 64 * 1024)
      var sent = 0
      while true {
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { return true }
        let piece = chunk[..<min(count, bytesLeft(after: sent))]
        guard send(piece, over: channel) else { return false }
        sent += piece.count
        if bytesLeft(after: sent) == 0 { return false }
      }
    }
  }

  func store(_ path: StoragePath) -> Bool {
    let offset = restart
    restart = 0
    switch server.settings.card {
    case .missing: return reply(553, "Could not create file.")
    case .full: return reply(552, "Disk full.")
    case .readOnly: return reply(550, "Permission denied.")
    case .present: break
    }
    let descriptor = open(
      server.storage.place(path), O_WRONLY | O_CREAT | O_CLOEXEC | (offset == 0 ? O_TRUNC : 0), 0o644)
    guard descriptor >= 0 else { return reply(553, "Could not create file.") }
    defer { close(descriptor) }
    lseek(descriptor, off_t(offset), Int32(SEEK_SET))
    return transfer("Ok to send data.") { channel in
      var chunk = [UInt8](repeating: 0, count: 64 * 1024)
      var received = 0
      while let count = channel.read(into: &chunk) {
        guard write(descriptor, chunk, count) == count else { return false }
        received += count
        pace(count)
        if bytesLeft(after: received) == 0 { return false }
      }
      if case .truncates(let size) = server.settings.ending { ftruncate(descriptor, off_t(size)) }
      return true
    }
  }

  private func bytesLeft(after moved: Int) -> Int {
    if case .cut(let limit) = server.settings.data { return max(0, limit - moved) }
    return .max
  }

  private func send(_ bytes: ArraySlice<UInt8>, over channel: FileChannel) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let piece = rest.prefix(16 * 1024)
      guard channel.write(piece) else { return false }
      rest = rest.dropFirst(piece.count)
      pace(piece.count)
    }
    return true
  }

  private func pace(_ count: Int) {
    guard let throttle = server.settings.throttle, throttle > 0 else { return }
    usleep(UInt32(min(1_000_000, count * 1_000_000 / throttle)))
  }

  // MARK: From 150 to 226

  private func transfer(_ greeting: String, _ body: (FileChannel) -> Bool) -> Bool {
    guard let passive else { return reply(425, "Use PASV first.") }
    defer { closePassive() }
    if server.settings.data == .refused { return reply(425, "Failed to establish connection.") }
    guard let socket = FileSockets.accept(passive.descriptor, milliseconds: Self.acceptMilliseconds) else {
      return reply(425, "Failed to establish connection.")
    }
    guard server.keep(socket) else {
      close(socket)
      return false
    }
    defer { server.release(socket) }
    guard reply(150, greeting) else { return false }
    if isEncrypted, server.settings.data == .stallsEncrypted { return waitForPeer() }
    switch secure(socket) {
    case .refused(let code, let text): return reply(code, text)
    case .open(let channel):
      let isComplete = body(channel)
      channel.finish()
      // Cut: neither channel says another word.
      if case .cut = server.settings.data, !isComplete { return false }
      return end(isComplete)
    }
  }

  private func secure(_ socket: Int32) -> Channel {
    guard isEncrypted else { return .open(FileChannel(socket: socket)) }
    guard let channel = server.tls.accept(socket) else { return .refused(426, "Data handshake failed.") }
    if server.settings.demandsSessionReuse, !channel.isResumed {
      return .refused(522, "SSL connection failed; session reuse required.")
    }
    return .open(channel)
  }

  private func end(_ isComplete: Bool) -> Bool {
    let settings = server.settings
    if isEncrypted, settings.data == .stallsEncryptedAtEnd { return waitForPeer() }
    if settings.lateReply > 0 { usleep(UInt32(settings.lateReply * 1_000_000)) }
    guard isComplete, settings.ending != .failsAfterComplete else {
      return reply(426, "Failure reading network stream.")
    }
    return reply(226, "Transfer complete.")
  }

  /// Says nothing more until the peer goes away.
  private func waitForPeer() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 256)
    while control.read(into: &chunk) != nil {}
    return false
  }
}
