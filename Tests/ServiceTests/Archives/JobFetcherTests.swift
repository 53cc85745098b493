import Glibc
import Link
import Model
import Rules
import Simulator
import Synchronization
import TLS
import TestKit
import Testing

@testable import Service

/// A running print's file is fetched from its printer, whole and the right one, or it is said why not (protocol sheet,
/// section 4).
@Suite struct JobFetcherTests {
  @Test(arguments: [
    ("cache/Box.3mf", "Box"), ("Box.gcode.3mf", "Box"), ("my_box.3MF", "My Box"), ("cache/Box.3mf", ""),
  ])
  func findsTheFile(name: String, task: String) async throws {
    let card = try FetchCard()
    try card.put(FetchCard.project, as: name)
    let outcome = await card.fetch(task: task)
    guard case .fetched(let fetched) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(FetchCard.read(fetched.path) == FetchCard.project)
    #expect(fetched.name == name.split(separator: "/").last.map(String.init))
    #expect(card.local == ["7.file"])
  }

  @Test func takesWhatWeStartedWhereverItLies() async throws {
    let card = try FetchCard()
    try card.put(FetchCard.project, as: "model/Own.3mf")
    let outcome = await card.fetch(task: "Other", sent: "/model/Own.3mf")
    guard case .fetched(let fetched) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(fetched.name == "Own.3mf")
  }

  @Test func waitsUntilTheFileIsThereAndWhole() async throws {
    let card = try FetchCard()
    let tries = Mutex(0)
    let outcome = await card.fetch(task: "Box") { path in
      // The first try finds half of it; by the next one it is whole.
      let number = tries.withLock { tries in
        tries += 1
        return tries
      }
      if number == 1 { throw TestKitError("cut short") }
      return try FetchCard.facts(path)
    } before: {
      try card.put(FetchCard.project, as: "Box.3mf")
    }
    guard case .fetched = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(tries.withLock { $0 } == 2)
  }

  @Test func givesUpWhereNothingIsEverFound() async throws {
    let card = try FetchCard()
    let outcome = await card.fetch(task: "Box")
    guard case .missing(let reason) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(reason.contains("nothing like it"))
    #expect(card.server.log.count { $0.hasPrefix("LIST") } >= JobFetch.tries)
    #expect(card.local.isEmpty)
  }

  struct Trouble: Sendable {
    var what: String
    var words: String
    var change: @Sendable (inout FileServerSettings) -> Void
  }

  @Test(arguments: [
    Trouble(what: "425", words: "too many file sessions") { $0.data = .refused },
    Trouble(what: "the access code", words: "access code") { $0.refusesAccessCode = true },
    Trouble(what: "cut", words: "cut") { $0.data = .cut(afterBytes: 10) },
  ])
  func saysWhatStandsInTheWay(_ trouble: Trouble) async throws {
    let card = try FetchCard()
    try card.put(FetchCard.project, as: "Box.3mf")
    var settings = card.server.settings
    trouble.change(&settings)
    card.server.settings = settings
    let outcome = await card.fetch(task: "Box")
    guard case .missing(let reason) = outcome else {
      Issue.record("\(trouble.what): \(outcome)")
      return
    }
    #expect(reason.contains(trouble.words), "\(trouble.what): \(reason)")
  }

  @Test func leavesAFileWithoutThePlateThatIsPrinted() async throws {
    let card = try FetchCard()
    try card.put(FetchCard.project, as: "cache/Box - Plate 1.3mf")
    var second = TestProject()
    second.plates = [TestProject.Plate(2)]
    try card.put(second.bytes, as: "Box - Plate 2.3mf")
    let outcome = await card.fetch(task: "Box - Plate 1", file: "/data/Metadata/plate_2.gcode", plate: 2)
    guard case .fetched(let fetched) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(fetched.name == "Box - Plate 2.3mf" && fetched.facts.hasPlate(2))
    let wrong = await card.fetch(task: "Box - Plate 1", plate: 3)
    guard case .missing(let reason) = wrong else {
      Issue.record("\(wrong)")
      return
    }
    #expect(reason.contains("plate 3"))
  }

  @Test func refusesWhatIsLargerThanAllowed() async throws {
    let card = try FetchCard()
    try card.put(FetchCard.project, as: "Box.3mf")
    let outcome = await card.fetch(task: "Box", limit: 100)
    guard case .missing(let reason) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(reason.contains("upload.max_bytes"))
  }
}

/// A simulated printer's card, and a folder for what is fetched from it.
private final class FetchCard: Sendable {
  static let project = TestProject().bytes

  let server: FileServer
  private let card: TemporaryFolder
  private let own: TemporaryFolder
  private let workers = TransferWorkers(limit: 2)
  private let storage: PrinterStorage

  init() throws {
    let serial = try SerialNumber("01P00A000000001")
    let certificate = try TestCertificate(commonName: serial.text)
    let code = try AccessCode("12345678")
    card = try TemporaryFolder()
    own = try TemporaryFolder()
    try card.makeFolder("cache")
    try card.makeFolder("model")
    server = try FileServer(
      certificate: certificate.certificate, key: certificate.key, accessCode: code, folder: card.path)
    var timings = StorageTimings()
    timings.silence = .seconds(2)
    timings.lateReply = .seconds(2)
    timings.cleanUp = .seconds(2)
    storage = PrinterStorage(
      target: StorageTarget(
        host: try HostName("127.0.0.1"), port: try PortNumber(Int(server.port), field: "ftps_port"), accessCode: code,
        trust: TrustPolicy(serial: serial, pinned: nil, authorities: TrustStore()), model: .p1s),
      timings: timings, workers: workers, now: { Timestamp(seconds: Int64(time(nil))) })
  }

  deinit {
    server.stop()
    workers.shutdown()
  }

  func put(_ bytes: [UInt8], as name: String) throws { try card.write(bytes, as: name) }

  /// What lies in our own folder.
  var local: [String] { FolderNames.all(in: own.path) }

  func fetch(
    task: String, file: String? = nil, plate: Int? = nil, sent: String? = nil, limit: Int64 = 1 << 20,
    read: @escaping @Sendable (String) throws -> PrintFileFacts = FetchCard.facts,
    before: () throws -> Void = {}
  ) async -> JobFetcher.Outcome {
    do { try before() } catch { return .missing("\(error)") }
    let storage = storage
    let fetcher = JobFetcher(
      storage: { (_) async throws(Fault) in storage }, folder: own.path, limit: { limit }, read: read,
      interval: .milliseconds(1))
    return await fetcher.run(
      JobFetcher.Job(
        archive: ArchiveID(rawValue: 7), printer: PrinterID(rawValue: 1),
        search: JobFileSearch(file: file, taskName: task, plate: plate),
        sentFile: sent.flatMap { try? StoragePath($0) }, plate: plate))
  }

  /// What a reader would say of our two projects; reading itself has tests of its own.
  static func facts(_ path: String) throws -> PrintFileFacts {
    guard let bytes = read(path), bytes.starts(with: "PK".utf8) else { throw TestKitError("no 3MF") }
    var facts = PrintFileFacts(kind: .project)
    var plate = PrintPlate(index: bytes == project ? 1 : 2)
    plate.hasGcode = true
    facts.plates = [plate]
    return facts
  }

  static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    return count >= 0 ? Array(bytes[..<count]) : nil
  }
}
