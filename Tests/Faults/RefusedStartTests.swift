import CSQLite
import Glibc
import TestKit
import Testing
import Wire

/// A start that cannot be is refused: a status of sysexits(3), and a sentence that names what is wrong.
struct RefusedStartTests {
  private static func expectRefusal(
    _ arguments: [String], environment: [String: String] = [:], status: Int32, names words: [String],
    launcher: [String] = [], _ what: String
  ) async throws {
    let program = try ChildProcess.built("layerberry")
    let line = launcher + [program, "serve"] + arguments
    let child = try ChildProcess(line[0], Array(line.dropFirst()), environment: environment)
    let ended = try await child.wait()
    #expect(ended == status, "\(what): \(child.text)")
    for word in words { #expect(child.text.contains(word), "\(what) does not name \(word): \(child.text)") }
    #expect(!child.text.contains("Fatal error") && child.text.utf8.count < 2000, "\(what): \(child.text)")
  }

  @Test("Bad words on the command line exit 64 and are named")
  func commandLine() async throws {
    let folder = try TemporaryFolder()
    let data = ["--data", "\(folder.path)/data"]
    for (words, name) in [
      (["--port", "0"], "port"), (["--port", "65536"], "port"), (["--port", "http"], "port"),
      (["--host", "two words"], "host"), (["--log-level", "loud"], "log_level"), (["--colour"], "--colour"),
      (["--trust-folder", "\(folder.path)/missing"], "trust_folder"),
      (["--board-map", "\(folder.path)/missing"], "board_map"),
    ] {
      try await Self.expectRefusal(data + words, status: 64, names: [name], words.joined(separator: " "))
    }
    try await Self.expectRefusal(["--data", ""], status: 64, names: ["data"], "no data folder")
    #expect(access("\(folder.path)/data", F_OK) != 0, "nothing was made")
  }

  @Test("A bad environment exits 78 and the variable is named")
  func environment() async throws {
    let folder = try TemporaryFolder()
    for (name, value) in [
      ("LAYERBERRY_PORT", "0"), ("LAYERBERRY_HOST", "a b"), ("LAYERBERRY_LOG_LEVEL", "loud"),
      ("LAYERBERRY_CONFIG", "\(folder.path)/missing.conf"),
    ] {
      let expected = name == "LAYERBERRY_CONFIG" ? value : name
      try await Self.expectRefusal(
        ["--data", "\(folder.path)/data"], environment: [name: value], status: 78, names: [expected], name)
    }
  }

  @Test(
    "A configuration that is a folder, cannot be read, or holds what nobody knows exits 78 and is named with its line")
  func configuration() async throws {
    let folder = try TemporaryFolder()
    try await Self.expectRefusal(
      ["--config", folder.path], status: 78, names: [folder.path, "folder"], "a folder")
    try await Self.expectRefusal(
      ["--config", "\(folder.path)/missing.conf"], status: 78, names: ["missing.conf", "cannot be read"], "missing")
    let rows: [(text: String, names: [String])] = [
      ("data = \(folder.path)/data\nprot = 8000\n", ["line 2", "prot", "port"]),
      ("port = 0\n", ["line 1", "port", "1 to 65535"]),
      ("port = 8000\nport = 8001\n", ["line 2", "port"]),
      ("# only words\n\nhello\n", ["line 3"]),
      ("[printers]\nname = x\n", ["line 2", "printers"]),
      ("[settings]\napi.colour = red\n", ["line 2", "api.colour"]),
      ("[settings]\napi.default_format = xml\n", ["line 2", "api.default_format", "bare"]),
      ("log_level = loud\n", ["line 1", "log_level"]),
      ("host = not a host\n", ["line 1", "host"]),
      ("port = \(String(repeating: "8", count: 300))\n", ["line 1"]),
    ]
    for (number, row) in rows.enumerated() {
      let file = try folder.write(row.text, as: "bad-\(number).conf")
      try await Self.expectRefusal(["--config", file], status: 78, names: row.names + [file], "\(row.text)")
    }
    let file = try folder.write("port = 8000\n", as: "unreadable.conf", mode: 0)
    guard let launcher = Self.nobody else { return }
    chmod(folder.path, 0o755)
    try await Self.expectRefusal(
      ["--config", file], status: 78, names: [file, "cannot be read"], launcher: launcher, "without the right to read")
  }

  @Test("A data folder that is a file, or cannot be made or written, exits 73 or 77 and is named")
  func dataFolder() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("", as: "file")
    try await Self.expectRefusal(["--data", file], status: 73, names: [file], "a file")
    let missing = "\(folder.path)/missing/data"
    try await Self.expectRefusal(["--data", missing], status: 73, names: [missing], "below nothing")
    try await Self.expectRefusal(["--data", "/sys/kernel"], status: 77, names: ["/sys/kernel"], "where nobody writes")
    guard let launcher = Self.nobody else { return }
    chmod(folder.path, 0o755)
    try folder.makeFolder("data", mode: 0o755)
    try await Self.expectRefusal(
      ["--data", "\(folder.path)/data"], status: 77, names: ["\(folder.path)/data"], launcher: launcher,
      "without the right to write")
  }

  @Test("A full disk exits 74 and is named")
  func fullDisk() async throws {
    let folder = try TemporaryFolder()
    guard mount("tmpfs", folder.path, "tmpfs", 0, "size=32k") == 0 else {
      print("not allowed to mount a small disk: Store's tests inject a full one")
      return
    }
    defer { umount(folder.path) }
    try await Self.expectRefusal(
      ["--data", folder.path], status: 74, names: [folder.path, "space"], "a full disk")
  }

  @Test("A data folder in use by another service, and a port in use, exit 75 and are named")
  func inUse() async throws {
    let service = try await ServiceProcess.start()
    let data = "\(service.folder.path)/data"
    try await Self.expectRefusal(
      ["--data", data, "--host", "127.0.0.1", "--port", String(try ServiceProcess.freePort())], status: 75,
      names: [data, "in use", "process \(service.process.id)"], "the same data folder")
    let other = try TemporaryFolder()
    try await Self.expectRefusal(
      ["--data", "\(other.path)/data", "--host", "127.0.0.1", "--port", String(service.port)], status: 75,
      names: ["port \(service.port)"], "the same port")
    #expect(try HTTPClient(port: service.port).get("/health").status == 200, "the first one is not disturbed")
    #expect(try await service.stop() == 0)
  }

  @Test("A damaged database, one of a newer version and one of another program exit 65, and stay as they are")
  func databases() async throws {
    let service = try await ServiceProcess.start()
    #expect(try await service.stop() == 0)
    let sound = try Recordings.bytes("\(service.folder.path)/data/layerberry.db")
    func refused(_ name: String, _ words: [String], _ spoil: (String) throws -> Void) async throws {
      let folder = try TemporaryFolder()
      try folder.makeFolder("data")
      let path = "\(folder.path)/data/layerberry.db"
      try Self.write(sound, to: path)
      try spoil(path)
      let before = try Recordings.bytes(path)
      try await Self.expectRefusal(
        ["--data", "\(folder.path)/data", "--port", String(try ServiceProcess.freePort())], status: 65,
        names: ["layerberry.db"] + words, name)
      #expect(try Recordings.bytes(path) == before, "\(name)")
    }
    try await refused("damaged", ["damaged", "backups"]) { path in
      try Self.write([UInt8](repeating: 0xA5, count: sound.count), to: path)
    }
    try await refused("cut off", ["damaged", "backups"]) { path in try Self.write(Array(sound.prefix(5000)), to: path) }
    try await refused("newer", ["newer version", "999"]) { path in
      try Self.run("PRAGMA user_version = 999", in: path)
    }
    try await refused("foreign", ["another program"]) { path in
      try Self.run("PRAGMA application_id = 12345", in: path)
    }
  }

  // MARK: Helpers

  /// How root starts a program as somebody who may do less; nil where this test is not root.
  private static let nobody: [String]? =
    geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0
    ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : nil

  private static func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw TestKitError("\(path): not written") }
  }

  private static func run(_ statement: String, in path: String) throws {
    var connection: OpaquePointer?
    defer { sqlite3_close(connection) }
    guard sqlite3_open(path, &connection) == SQLITE_OK,
      sqlite3_exec(connection, statement, nil, nil, nil) == SQLITE_OK
    else { throw TestKitError("\(statement) failed") }
  }
}
