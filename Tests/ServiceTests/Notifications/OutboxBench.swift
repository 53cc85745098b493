import Logging
import Loop
import Model
import Reach
import Rules
import Store
import Synchronization
import TestKit
import Testing
import Wire

@testable import Service

/// The desk of notifications with its outbox and couriers, on a real database and real sockets.
struct OutboxBench {
  final class Clock: WallClock {
    private let ahead = Mutex(0.0)
    var now: Timestamp { SystemClock().now.adding(seconds: ahead.withLock { $0 }) }
    func pass(seconds: Double) { ahead.withLock { $0 += seconds } }
  }

  private struct NoPhotos: PhotoSource {
    func settled(of printer: PrinterID) async {}
    func file(of print: ArchiveID) async -> (path: String, bytes: Int64)? { nil }
  }

  let desk: NotificationDesk
  let clock: Clock
  let feed: EventFeed
  let database: Database

  func add(_ url: String, _ change: (inout ProviderEdit) -> Void = { _ in }) async throws -> ProviderID {
    var edit = ProviderEdit()
    edit.name = "hook"
    edit.type = .webhook
    edit.config = [.url: .string(url)]
    change(&edit)
    return try await desk.add(edit).id
  }

  func tell(_ number: Int, _ event: NotificationEvent = .printStarted) {
    var occasion = Occasion(event, .info, printer: workshop(1), at: clock.now)
    occasion.values[.taskName] = "job \(number)"
    occasion.data["number"] = .int(Int64(number))
    desk.take(occasion)
  }

  func states(_ id: ProviderID? = nil) async throws -> [String] {
    try await desk.history(provider: id, event: nil, state: nil, limit: 500, offset: 0).rows.reversed().map(
      \.state.rawValue)
  }

  /// - Parameters:
  ///   - deadline: for one message, where that is less than is usual.
  ///   - authorities: the folder of those who vouch for servers; nil is the system's.
  static func play(
    delivery: DeliveryRule = DeliveryRule(first: 0.01, most: 0.05), steps: [Int] = [25, 50, 75],
    ahead: Int = 0, deadline: Duration? = nil, authorities: String? = nil,
    prepare: (Database) async throws -> Void = { _ in }, _ body: (OutboxBench) async throws -> Void
  ) async throws {
    let temporary = try TemporaryFolder()
    let clock = Clock()
    let database = try Database.open(try DataFolder.prepare("\(temporary.path)/data"), role: .tool, now: clock.now)
    try await prepare(database)
    let threads = NotificationSender.makeThreads()
    let rule = AddressRule(allowsLoopback: true, ownPorts: [], authorities: authorities)
    let lookup: NameResolver.Lookup = { _ in ["127.0.0.1"] }
    let feed = EventFeed()
    var sender = NotificationSender(
      web: WebClient(threads: threads, rule: { rule }, lookup: lookup),
      mail: MailClient(threads: threads, rule: { rule }, lookup: lookup))
    sender.deadline = deadline
    var surroundings = NotificationDesk.Surroundings(
      database: database, feed: feed, sender: sender, photos: NoPhotos(), clock: clock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      steps: { steps }, rule: { rule }, zone: { _ in ahead }, printer: { workshop($0.rawValue) })
    surroundings.delivery = delivery
    let desk = NotificationDesk(surroundings)
    await desk.start()
    do {
      try await body(OutboxBench(desk: desk, clock: clock, feed: feed, database: database))
      await desk.stop()
    } catch {
      await desk.stop()
      throw error
    }
    threads.shutdown()
    try await database.close()
    withExtendedLifetime(temporary) {}
  }
}

/// A printer as people have entered it.
func workshop(_ id: Int64) -> PrinterIdentity {
  // These texts fit, so that nothing is thrown.
  guard let host = try? HostName("127.0.0.1"), let serial = try? SerialNumber("01P00A000000001") else {
    preconditionFailure("the test's own printer does not fit")
  }
  return PrinterIdentity(
    id: PrinterID(rawValue: id), name: "Workshop", host: host, serial: serial, model: .p1s, mqttPort: .mqtt,
    ftpsPort: .ftps, cameraPort: .jpegCamera, isEnabled: true, trust: Trust(), plateCleared: true,
    createdAt: Timestamp(seconds: 0), updatedAt: Timestamp(seconds: 0))
}
