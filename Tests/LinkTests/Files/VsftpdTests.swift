import Glibc
import Link
import Model
import TLS
import TestKit
import Testing

/// The judge that nobody here wrote: a real vsftpd that demands session reuse.
@Suite(.serialized, .enabled(if: VsftpdServer.isAvailable, "vsftpd and root are needed for its own user check"))
struct VsftpdTests {
  let serial = "01P00A000000001"
  let code = "12345678"
  let certificate: TestCertificate
  let server: VsftpdServer
  let workers = TransferWorkers(limit: 2)
  let own: TemporaryFolder

  init() throws {
    certificate = try TestCertificate(commonName: serial, key: .rsa)
    server = try VsftpdServer(certificate: certificate, code: code)
    own = try TemporaryFolder()
  }

  func storage(code: String? = nil) throws -> PrinterStorage {
    PrinterStorage(
      target: StorageTarget(
        host: try HostName("127.0.0.1"), port: server.port, accessCode: try AccessCode(code ?? self.code),
        trust: TrustPolicy(serial: try SerialNumber(serial), pinned: nil, authorities: TrustStore()), model: .x1c),
      workers: workers, now: { Timestamp(seconds: Int64(time(nil))) })
  }

  @Test func filesGoThereAndBackAndAway() async throws {
    let storage = try storage()
    let bytes = TestBytes.make(1_000_000)
    let path = try StoragePath("/cache/plate ä 1.gcode.3mf")
    try await storage.makeFolder(StoragePath("/cache"))
    try await storage.upload(.bytes(bytes), to: path)
    try await storage.upload(.bytes(bytes), to: path)
    #expect(try await storage.size(of: path) == 1_000_000)
    let entries = try await storage.entries(of: StoragePath("/cache"))
    #expect(entries.map(\.path) == [path])
    #expect(entries.first?.size == 1_000_000)
    let modified = try #require(entries.first?.modified)
    #expect(abs(modified.seconds(since: Timestamp(seconds: Int64(time(nil))))) < 120)
    #expect(try await storage.names(in: StoragePath("/cache")) == [path])
    try await storage.download(path, to: "\(own.path)/back")
    #expect(TestBytes.read("\(own.path)/back") == bytes)
    try await storage.delete(path)
    await #expect(throws: StorageError.notFound) { try await storage.size(of: path) }
    #expect(try await storage.freeSpace() == nil)
  }

  @Test func aDownloadIsResumedWithTheSameBytes() async throws {
    let bytes = TestBytes.make(500_000)
    try TestBytes.write(bytes, to: "\(server.card)/a")
    try TestBytes.write(Array(bytes[..<123_456]), to: "\(own.path)/a.500000.part")
    try await storage().download(StoragePath("/a"), to: "\(own.path)/a", resume: true)
    #expect(TestBytes.read("\(own.path)/a") == bytes)
  }

  @Test func aWrongAccessCodeAndAMissingFolderAreToldApart() async throws {
    await #expect(throws: StorageError.wrongAccessCode) { try await storage(code: "87654321").entries(of: .root) }
    await #expect(throws: StorageError.notFound) { try await storage().entries(of: StoragePath("/nothing")) }
  }

  @Test func aCancelledUploadLeavesNothing() async throws {
    let storage = try storage()
    let (started, signal) = AsyncStream<Void>.makeStream()
    let large = try LargeFile(megabytes: 200, in: own)
    let upload = Task {
      try await storage.upload(.file(large.path), to: StoragePath("/a")) { if $0.sent > 0 { signal.yield() } }
    }
    for await _ in started { break }
    upload.cancel()
    await #expect(throws: StorageError.cancelled) { try await upload.value }
    #expect(try await storage.entries(of: .root).isEmpty)
  }

  /// 90 % of the speed of curl's command line, and at most 4 MB more memory than before the first transfer. A
  /// measurement: `LAYERBERRY_MEASURE=1 swift test --filter twoHundredMegabytes`.
  @Test(.enabled(if: getenv("LAYERBERRY_MEASURE") != nil)) func twoHundredMegabytesGoAsFastAsWithCurlAndInLittleMemory()
    async throws
  {
    let hasCurl = access("/usr/bin/curl", X_OK) == 0
    try #require(hasCurl, "curl is the yardstick")
    let large = try LargeFile(megabytes: 200, in: own)
    let storage = try storage()
    let address = "ftps://127.0.0.1:\(server.port.number)"
    let curl = [
      "/usr/bin/curl", "-sS", "-k", "--tls-max", "1.2", "--disable-epsv", "-u", "bblp:\(code)",
    ]
    let before = Memory.anonymousKilobytes()
    let peak = Collected<Int>()
    var ours = (up: Duration.seconds(1000), down: Duration.seconds(1000))
    var theirs = ours
    let clock = ContinuousClock()
    func isFastEnough() -> Bool { ours.up * 9 <= theirs.up * 10 && ours.down * 9 <= theirs.down * 10 }
    // The best of three rounds, in turns, or of up to ten where the machine does other things as well.
    for round in 0..<10 where round < 3 || !isFastEnough() {
      theirs.up = min(
        theirs.up,
        try clock.measure {
          let status = try VsftpdServer.run(curl + ["-T", large.path, "\(address)/curl"], output: "\(own.path)/log")
          #expect(status == 0)
        })
      ours.up = min(
        ours.up,
        try await clock.measure {
          try await storage.upload(.file(large.path), to: StoragePath("/ours")) { _ in
            peak.add(Memory.anonymousKilobytes())
          }
        })
      theirs.down = min(
        theirs.down,
        try clock.measure {
          let words = curl + ["-o", "\(own.path)/curl", "\(address)/curl"]
          let status = try VsftpdServer.run(words, output: "\(own.path)/log")
          #expect(status == 0)
        })
      ours.down = min(
        ours.down,
        try await clock.measure {
          try await storage.download(StoragePath("/ours"), to: "\(own.path)/ours") { _ in
            peak.add(Memory.anonymousKilobytes())
          }
        })
    }
    let more = (peak.values.max() ?? 0) - before
    print("200 MB up: curl \(theirs.up), ours \(ours.up); down: curl \(theirs.down), ours \(ours.down); +\(more) kB")
    #expect(try await storage.size(of: StoragePath("/ours")) == 200_000_000)
    #expect(isFastEnough())
    #expect(more <= 4096)
  }
}

/// A file of random-looking bytes that is not held in memory.
struct LargeFile {
  let path: String

  init(megabytes: Int, in folder: TemporaryFolder) throws {
    path = "\(folder.path)/large"
    let piece = TestBytes.make(1_000_000)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    defer { close(descriptor) }
    for _ in 0..<megabytes where write(descriptor, piece, piece.count) != piece.count {
      throw TestKitError("no large file")
    }
  }
}

enum Memory {
  /// Anonymous memory of this process, by the kernel's own sum.
  static func anonymousKilobytes() -> Int {
    let text = String(decoding: TestBytes.read("/proc/self/smaps_rollup") ?? [], as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("Anonymous:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  }
}
