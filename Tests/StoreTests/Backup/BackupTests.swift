import Glibc
import Model
import Testing
import Wire

@testable import Store

/// Backups: what is in them, what is not, and what is refused.
@Suite struct BackupTests {
  static let passphrase = Secret("correct horse battery staple")
  static let later = Timestamp(seconds: 1_790_000_000)
  /// Every secret that `Stock` puts into the database.
  static let secrets = [
    "code-4711", "camera-pass", "plug-user", "plug-pass", "plug-token", "hook-secret", "aabbccddeeff0011",
    "user-in-url", "broker-pass",
  ]

  static let secretSettings = ["mqtt.publish.password"]

  struct Stock {
    let temporary: TemporaryFolder
    let folder: DataFolder
    let database: Database
    let vault: FileVault

    init() async throws {
      temporary = try TemporaryFolder()
      let database = try temporary.database()
      self.database = database
      folder = database.folder
      vault = FileVault(database)
      try await database.write { connection in
        try connection.run(
          script: """
            INSERT INTO printers (name, host, serial, access_code, mqtt_port, ftps_port, camera_url, is_enabled,
              pin_sha256_hex, trust_state, is_plate_cleared, created_ms, updated_ms)
              VALUES ('One', '192.0.2.1', '01P00A000000001', 'code-4711', 8883, 990,
              'http://viewer:camera-pass@192.0.2.9/video', 1,
              'aabbccddeeff0011aabbccddeeff0011aabbccddeeff0011aabbccddeeff0011', 'pinned', 0, 1, 1);
            INSERT INTO smart_plugs (name, type, feeds_printer, is_enabled, address, username, password, token, options,
              switch_mark, auto_on, auto_off, auto_off_delay_s, auto_off_temperature_c, last_state, created_ms, updated_ms)
              VALUES ('Plug', 'http', 0, 1, 'http://user-in-url@192.0.2.2', 'plug-user', 'plug-pass', 'plug-token', '',
              'm', 1, 0, 300, 50, 'off', 1, 1);
            INSERT INTO notification_providers (name, type, is_enabled, config_json, events, created_ms, updated_ms)
              VALUES ('Hook', 'webhook', 1, '{"url":"https://example.org/x","secret":"hook-secret"}', '', 1, 1);
            INSERT INTO api_keys (name, key_sha256, permissions, has_all_printers, created_ms, updated_ms)
              VALUES ('Key', x'0102', 'read', 0, 1, 1);
            INSERT INTO api_key_printers VALUES (1, 1);
            INSERT INTO password VALUES (1, x'01', x'02', 8192, 8, 10, 0, 1);
            INSERT INTO sessions (token_sha256, created_ms, last_used_ms) VALUES (x'0A', 1, 1);
            INSERT INTO settings VALUES ('currency', '"CHF"', 1), ('mqtt.publish.password', '"broker-pass"', 1);
            """)
      }
      for text in ["first", "second"] {
        _ = try await vault.keep(Array("the \(text) file".utf8), now: .start) { file in
          try await database.write { connection in
            try connection.execute(
              """
              INSERT INTO archives (name, file_sha256, created_ms, updated_ms)
              VALUES (?, ?, 1, 1)
              """, [.text(text), .blob(file.hash.bytes)])
          }
        }
      }
      Files.write("\(folder.trust)/root.pem", Array("a certificate".utf8))
      Files.write("\(folder.path)/cloud.key", Array("cloud-key-bytes".utf8))
      Files.write("\(folder.timelapses)/1.avi", [UInt8](repeating: 7, count: 100_000))
    }

    func make(_ name: String, passphrase: Secret? = nil) async throws -> String {
      let path = "\(folder.backups)/\(name)"
      try await BackupMaker(
        folder: folder, vault: vault, version: "1.2.3", secretSettings: BackupTests.secretSettings
      ).make(path, passphrase: passphrase, now: BackupTests.later, progress: BackupProgress())
      return path
    }
  }

  private static func check(_ path: String, _ passphrase: Secret? = nil) throws -> [String: [UInt8]] {
    var members: [String: [UInt8]] = [:]
    _ = try BackupCheck(path: path, passphrase: passphrase).run(
      step: { _ in }, keep: { member, piece in members[member.name, default: []] += piece })
    return members
  }

  @Test func aBackupWithoutAPassphraseIsAnOrdinaryTarWithoutASecret() async throws {
    let stock = try await Stock()
    let path = try await stock.make("plain")
    #expect(Files.mode(path) == 0o600)
    let bytes = Files.read(path)
    let text = String(decoding: bytes, as: UTF8.self)
    for secret in Self.secrets { #expect(!text.contains(secret), "\(secret)") }
    let members = try Self.check(path)
    #expect(members["trust/root.pem"] == Array("a certificate".utf8))
    #expect(members["timelapses/1.avi"]?.count == 100_000)
    #expect(members.keys.filter { $0.hasPrefix("files/") }.count == 2)
    #expect(text.contains("CHF"))
    #expect(Files.names(stock.folder.backups) == ["plain"])
    #expect(!RestoreStage.isSealed(path))
  }

  @Test func aSealedBackupHoldsAllAndShowsNothing() async throws {
    let stock = try await Stock()
    let path = try await stock.make("sealed", passphrase: Self.passphrase)
    let sealed = String(decoding: Files.read(path), as: UTF8.self)
    for word in Self.secrets + ["CHF", "first file", "SQLite", "manifest"] { #expect(!sealed.contains(word)) }
    let database = String(decoding: try #require(Self.check(path, Self.passphrase)["layerberry.db"]), as: UTF8.self)
    for secret in Self.secrets { #expect(database.contains(secret), "\(secret)") }
    #expect(RestoreStage.isSealed(path))
    #expect(throws: BackupProblem.needsPassphrase) { try Self.check(path) }
    #expect(throws: BackupProblem.wrongPassphrase) { try Self.check(path, Secret("correct horse battery stapler")) }
  }

  @Test("A damaged or cut backup is refused, wherever that is", arguments: [false, true])
  func damage(isSealed: Bool) async throws {
    let stock = try await Stock()
    let passphrase = isSealed ? Self.passphrase : nil
    let path = try await stock.make("b", passphrase: passphrase)
    let whole = Files.read(path)
    for part in 0..<12 {
      var bytes = whole
      bytes[(bytes.count - 1) * part / 12 + 3] ^= 0x10
      Files.write(path, bytes)
      #expect(throws: (any Error).self, "part \(part)") { try Self.check(path, passphrase) }
      Files.write(path, whole.prefix(whole.count * part / 12))
      #expect(throws: (any Error).self, "cut at \(part)") { try Self.check(path, passphrase) }
    }
    Files.write(path, whole + [0])
    #expect(throws: (any Error).self) { try Self.check(path, passphrase) }
    Files.write(path, whole)
    _ = try Self.check(path, passphrase)
  }

  @Test func whatIsNoBackupOrComesFromALaterVersionIsNamed() async throws {
    let temporary = try TemporaryFolder()
    let path = "\(temporary.path)/b"
    for bytes in [[], Array("PK".utf8), Array("x".utf8) + [UInt8](repeating: 0, count: 2000)] {
      Files.write(path, bytes)
      #expect(throws: BackupProblem.foreign) { try Self.check(path) }
    }
    let writer = try BackupWriter(path, passphrase: nil, now: Self.later)
    try writer.add(
      BackupManifest.member,
      BackupManifest(version: "9.0.0", schema: 9_999, madeAt: Self.later, holdsSecrets: false).bytes)
    try writer.finish()
    #expect(throws: BackupProblem.newer(version: "9.0.0")) { try Self.check(path) }
    let later = SealedForm.magic + [2] + [UInt8](repeating: 1, count: 200)
    Files.write(path, later)
    #expect(throws: BackupProblem.newer(version: "that made it")) { try Self.check(path, Self.passphrase) }
  }

  @Test("A column that may hold a secret is known to the backup, or known to hold none")
  func everySecretColumnIsKnown() async throws {
    let harmless: Set<String> = [
      "smart_plugs.switch_mark", "queue_items.task_id", "print_starts.task_id", "tracked_prints.our_task_id",
      "tracked_prints.subtask_id", "archives.subtask_id", "stored_files.sha256", "archives.file_sha256",
      "photos.sha256", "notification_steps.print_key", "notification_providers.digest_minute",
      "api_key_printers.printer_id", "cloud_account.user_id", "cloud_account.user_name",
    ]
    let words = [
      "code", "password", "token", "secret", "key", "salt", "digest", "pin", "sha256", "config", "user", "url",
      "address",
    ]
    let temporary = try TemporaryFolder()
    let database = try temporary.database()
    let columns = try await database.read { connection in
      try connection.rows(
        """
        SELECT m.name AS t, p.name AS c FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS p
        WHERE m.type = 'table' AND m.name NOT LIKE '%\\_fts%' ESCAPE '\\'
        """
      ) { (row) throws(SQLiteError) in "\(try row.text("t")).\(try row.text("c"))" }
    }
    #expect(columns.count > 100)
    for column in columns where !harmless.contains(column) && !KeptSecrets.columns.contains(column) {
      let name = column.split(separator: ".").last ?? ""
      let parts = name.split(separator: "_").map(String.init)
      #expect(!parts.contains { words.contains($0) }, "\(column): is it a secret? Name it in KeptSecrets")
    }
    for column in KeptSecrets.columns { #expect(columns.contains(column), "\(column) is not in the schema") }
    try await database.close()
  }

  @Test func filesThatAreDeletedMeanwhileGoAfterwards() async throws {
    let stock = try await Stock()
    let hashes = try await stock.database.read { connection in
      try connection.rows("SELECT sha256 FROM stored_files") { (row) throws(SQLiteError) in try row.blob("sha256") }
    }.compactMap { ContentHash(digest: $0) }
    try await stock.vault.keepingAll {
      try await stock.database.write { connection in
        _ = try connection.execute("UPDATE archives SET file_sha256 = NULL")
      }
      try await stock.vault.collect(hashes)
      for hash in hashes { #expect(access(stock.vault.path(of: hash), F_OK) == 0) }
    }
    let end = ContinuousClock.now + .seconds(5)
    while hashes.contains(where: { access(stock.vault.path(of: $0), F_OK) == 0 }), ContinuousClock.now < end {
      await Task.yield()
    }
    for hash in hashes { #expect(access(stock.vault.path(of: hash), F_OK) != 0) }
  }
}
