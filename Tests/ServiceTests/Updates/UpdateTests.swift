import COpenSSL
import Logging
import Loop
import Model
import Reach
import Rules
import Service
import Store
import Synchronization
import TLS
import TestKit
import Testing
import Wire

/// Updates, from a stand-in server and by bundle, into a slot that is a list of bytes.
@Suite("Updates", .serialized) struct UpdateTests {
  /// A key that is made for the test; nobody else has it.
  final class Signer: Sendable {
    private nonisolated(unsafe) let key: OpaquePointer
    let publicKey: SigningKey

    init() throws {
      // Made once, and read only from then on.
      key = try #require(newKey())
      var bytes = [UInt8](repeating: 0, count: 32)
      var count = 32
      #expect(EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1)
      publicKey = try #require(SigningKey(hex: bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()))
    }

    deinit { EVP_PKEY_free(key) }

    func sign(_ message: [UInt8]) -> [UInt8] {
      var signature = [UInt8](repeating: 0, count: 64)
      var count = 64
      let context = EVP_MD_CTX_new()
      defer { EVP_MD_CTX_free(context) }
      #expect(EVP_DigestSignInit(context, nil, nil, nil, key) == 1)
      #expect(EVP_DigestSign(context, &signature, &count, message, message.count) == 1)
      return signature
    }

    func signed(_ manifest: JSONValue) -> [UInt8] {
      var inner = JSONWriter()
      inner.write(manifest)
      var json = JSONWriter()
      json.write([
        "manifest": .string(Base64.encode(inner.bytes)), "signature": .string(Base64.encode(sign(inner.bytes))),
      ])
      return json.bytes
    }
  }

  final class Slot: UpdateSlots {
    struct State {
      var written: [UInt8] = []
      var version: String?
      var isRestarted = false
    }

    let state = Mutex(State())
    var current: String? { "a" }

    func check() {}

    func install(_ payload: UpdatePayload, version: String, progress: @escaping @Sendable (Int) -> Void) throws {
      var bytes: [UInt8] = []
      while case let more = try payload.read(at: Int64(bytes.count), count: 1000), !more.isEmpty { bytes += more }
      progress(100)
      state.withLock { $0 = State(written: bytes, version: version) }
    }

    func restart() { state.withLock { $0.isRestarted = true } }
  }

  static let payload = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

  static func manifest(_ version: String, _ changes: [String: JSONValue] = [:], payload: [UInt8] = payload) -> JSONValue
  {
    let hasher = ContentHasher()
    hasher.take(payload)
    let members: [String: JSONValue] = [
      "product": "layerberry", "version": .string(version), "architecture": "aarch64",
      "size": .int(Int64(payload.count)),
      "sha256": .string(hasher.digest?.hex ?? ""), "notes": "Faster lists.", "bundle": "files/b",
    ]
    return .object(members.merging(changes) { $1 })
  }

  static func bundle(_ signed: [UInt8], _ payload: [UInt8] = payload) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt32(signed.count).bigEndian, Array.init)
    return UpdateBundleHead.magic + [UpdateBundleHead.form] + length + signed + payload
  }

  struct Bench {
    let folder: TestKit.TemporaryFolder
    let spool: Spool
    let slot = Slot()
    let signer: Signer
    let desk: UpdateDesk
    let threads: ReachThreads
    let lights: Lights

    final class Lights: Sendable {
      let told = Mutex<[Bool]>([])
    }

    init(
      port: Int? = nil, hasKey: Bool = true, slots: (any UpdateSlots)? = nil,
      objection: @escaping @Sendable () async throws -> Void = {}
    ) throws {
      folder = try TestKit.TemporaryFolder()
      let spool = try Spool(folder: "\(folder.path)/transfers")
      self.spool = spool
      signer = try Signer()
      let threads = ReachThreads(name: "test", limit: 1)
      self.threads = threads
      let lights = Lights()
      self.lights = lights
      let client = WebClient(threads: threads) { AddressRule(allowsLoopback: true, ownPorts: []) }
      desk = UpdateDesk(
        UpdateDesk.Surroundings(
          judge: hasKey
            ? UpdateJudge(
              key: signer.publicKey, running: try #require(ReleaseVersion("1.0.0")), architecture: "aarch64") : nil,
          version: "1.0.0", slots: slots ?? slot,
          source: UpdateSource(client: client) {
            port.flatMap { try? WebAddress("http://127.0.0.1:\($0)/dir/manifest.json") }
          },
          spool: spool, objection: objection, tell: { isOn in lights.told.withLock { $0.append(isOn) } },
          clock: SystemClock(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    func file(_ bytes: [UInt8]) throws -> SpoolFile {
      let file = try spool.makeFile()
      try bytes.withUnsafeBytes { try file.append($0) }
      return file
    }

    func end() async throws -> UpdateStanding {
      try await eventually(within: 20, "the update ends") { () -> UpdateStanding? in
        let standing = await desk.state
        return standing.state == .failed || slot.state.withLock { $0.isRestarted } ? standing : nil
      }
    }

    func close() async {
      await desk.stop()
      threads.shutdown()
    }
  }

  @Test("A newer version is found, fetched, checked, installed, and the board begins anew with it")
  func fromTheServer() async throws {
    let served = Mutex<(manifest: [UInt8], bundle: [UInt8])>(([], []))
    let server = try StandInServer { request in
      switch request.path {
      case "/dir/manifest.json": .answer(200, body: served.withLock { $0.manifest })
      case "/dir/files/b": .redirect(302, to: "/elsewhere")
      case "/elsewhere": .answer(200, body: served.withLock { $0.bundle })
      default: .answer(404)
      }
    }
    let bench = try Bench(port: server.port)
    let signed = bench.signer.signed(Self.manifest("1.1.0"))
    served.withLock { $0 = (signed, Self.bundle(signed)) }
    let check = try await bench.desk.check()
    #expect(check.latest == "1.1.0" && check.isAvailable && check.notes == "Faster lists." && check.error == nil)
    let begun = try await bench.desk.apply(version: nil)
    #expect(begun.version == "1.1.0" && begun.slot == "a")
    let end = try await bench.end()
    #expect(end.state == .restarting, "\(end.error ?? "")")
    bench.slot.state.withLock { state in
      #expect(state.written == Self.payload && state.version == "1.1.0")
    }
    #expect(bench.lights.told.withLock { $0 } == [true])
    // Asked once a minute at most.
    #expect(server.requests.filter { $0.path == "/dir/manifest.json" }.count == 1)
    await bench.close()
  }

  @Test("What the server says is not believed without the signature, and its silence is told")
  func badServers() async throws {
    let bench = try Bench()
    #expect(try await bench.desk.check().error?.contains("update.url") == true)
    await bench.close()
    let stranger = try Signer()
    let answers: [(StandInReply, String)] = [
      (.answer(404), "404"), (.answer(200, body: Array("{}".utf8)), "no signed manifest"),
      (.answer(200, body: stranger.signed(Self.manifest("9.0.0"))), "signature"), (.long(1 << 20), "200"),
      (.cut, "broke off"),
    ]
    for (answer, words) in answers {
      let server = try StandInServer { _ in answer }
      let bench = try Bench(port: server.port)
      let check = try await bench.desk.check()
      #expect(
        check.latest == nil && !check.isAvailable && check.error?.contains(words) == true, "\(check.error ?? "-")")
      await #expect(throws: Fault.self) { try await bench.desk.apply(version: nil) }
      #expect(await bench.desk.state.state == .idle)
      await bench.close()
    }
  }

  @Test("A bundle is refused for whatever is wrong with it, and nothing is written")
  func badBundles() async throws {
    let bench = try Bench()
    let signer = bench.signer
    let good = signer.signed(Self.manifest("1.1.0"))
    let whole = Self.bundle(good)
    var changed = whole
    changed[whole.count - 5] ^= 1
    let table: [(bytes: [UInt8], version: String?, words: String)] = [
      (Array("PK".utf8), nil, "no bundle"), (Array(whole.prefix(10)), nil, "no bundle"),
      (UpdateBundleHead.magic + [9] + [UInt8](repeating: 0, count: 100), nil, "form"),
      (Self.bundle(try Signer().signed(Self.manifest("1.1.0"))), nil, "signature"),
      (Self.bundle(Array("{}".utf8)), nil, "no signed manifest"),
      (Array(whole.dropLast()), nil, "cut off"), (Array(whole.prefix(whole.count / 2)), nil, "cut off"),
      (whole + [0], nil, "follows its end"),
      (Self.bundle(signer.signed(Self.manifest("1.1.0", ["product": "other"]))), nil, "cannot be read"),
      (Self.bundle(signer.signed(Self.manifest("1.1.0", ["architecture": "x86_64"]))), nil, "for x86_64"),
      (Self.bundle(signer.signed(Self.manifest("1.0.0"))), nil, "not newer"),
      (Self.bundle(signer.signed(Self.manifest("0.9.0"))), nil, "not newer"),
      (whole, "1.2.0", "not 1.2.0"),
    ]
    for (bytes, version, words) in table {
      do {
        _ = try await bench.desk.apply(try bench.file(bytes), version: version)
        Issue.record("\(words): it was taken")
      } catch let fault as Fault {
        #expect(fault.message.contains(words), "\(fault.message)")
      }
    }
    #expect(await bench.desk.state.state == .idle)
    // A changed payload shows when it is read through, and before anything is written.
    _ = try await bench.desk.apply(try bench.file(changed), version: nil)
    let end = try await bench.end()
    #expect(end.state == .failed && end.error?.contains("checksum") == true)
    #expect(bench.slot.state.withLock { $0.written.isEmpty })
    #expect(bench.lights.told.withLock { $0 } == [true, false])
    // An older one that the person names is taken.
    _ = try await bench.desk.apply(try bench.file(Self.bundle(signer.signed(Self.manifest("0.9.0")))), version: "0.9.0")
    #expect(try await bench.end().state == .restarting)
    await bench.close()
  }

  @Test("Without a key, without slots, or while a printer is at work nothing begins")
  func refusals() async throws {
    let keyless = try Bench(hasKey: false)
    for problem in [
      keyless, try Bench(slots: NoSlots()), try Bench(objection: { throw Fault(.conflict, "It prints.") }),
    ] {
      let bytes = Self.bundle(problem.signer.signed(Self.manifest("1.1.0")))
      do {
        _ = try await problem.desk.apply(try problem.file(bytes), version: nil)
        Issue.record("it was taken")
      } catch let fault as Fault {
        #expect(fault.status == 409)
      }
      await problem.close()
    }
    await #expect(throws: Fault.self) { try await keyless.desk.check() }
  }

  @Test("Scripts/update-bundle makes a key and a bundle that is believed")
  func script() async throws {
    let folder = try TestKit.TemporaryFolder()
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
    func run(_ arguments: [String]) async throws -> String {
      let child = try ChildProcess(
        "/bin/bash", ["\(root)/Scripts/update-bundle"] + arguments, environment: ["PATH": "/usr/bin:/bin"])
      #expect(try await child.wait() == 0, "\(child.text)")
      return child.text
    }
    let hex = try await run(["key", "\(folder.path)/key.pem"]).filter { !$0.isWhitespace }
    let key = try #require(SigningKey(hex: hex))
    let payload = try folder.write(bytes: Self.payload, as: "payload")
    _ = try await run([
      "make", "--key", "\(folder.path)/key.pem", "--version", "2.0.0", "--notes", "New & \"good\"", "--output",
      folder.path,
      payload,
    ])
    let served = try #require(TestKit.TemporaryFolder.bytes(of: "\(folder.path)/manifest.json"))
    let signed = try #require(SignedManifest(served))
    #expect(key.accepts(signed.signature, of: signed.manifest))
    let manifest = try #require(UpdateManifest(signed.manifest))
    #expect(
      manifest.version == "2.0.0" && manifest.notes == "New & \"good\""
        && manifest.bundle == "layerberry-2.0.0-aarch64.bundle")
    let bundle = try #require(TestKit.TemporaryFolder.bytes(of: "\(folder.path)/layerberry-2.0.0-aarch64.bundle"))
    #expect(bundle == Self.bundle(served))
    #expect(bundle.suffix(Self.payload.count).elementsEqual(Self.payload))
  }
}

/// A new key pair of Ed25519.
private func newKey() -> OpaquePointer? {
  guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else { return nil }
  defer { EVP_PKEY_CTX_free(context) }
  var key: OpaquePointer?
  guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &key) == 1 else { return nil }
  return key
}
