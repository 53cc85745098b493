import Logging
import Loop
import Model
import Reach
import Simulator
import Store
import Synchronization
import TestKit
import Wire

@testable import Service

/// The cloud's desk with a real database, before the simulated cloud.
struct CloudBench {
  final class Clock: WallClock {
    private let ahead = Mutex(0.0)
    var now: Timestamp { SystemClock().now.adding(seconds: ahead.withLock { $0 }) }
    func pass(seconds: Double) { ahead.withLock { $0 += seconds } }
  }

  /// What is told to people.
  final class Told: Sendable {
    private let kept = Mutex<[ServiceNotice]>([])
    var notices: [ServiceNotice] { kept.withLock { $0 } }
    func take(_ event: ServiceEvent) {
      if case .notice(let notice) = event { kept.withLock { $0.append(notice) } }
    }
  }

  final class Place: Sendable {
    private let kept: Mutex<(region: CloudRegion, custom: String)>
    init(_ custom: String) { kept = Mutex((.custom, custom)) }
    var value: (region: CloudRegion, custom: String) {
      get { kept.withLock { $0 } }
      set { kept.withLock { $0 = newValue } }
    }
  }

  let folder: DataFolder
  let database: Database
  let vault: FileVault
  let cloud: StandInCloud
  let clock: Clock
  let told: Told
  let place: Place
  let threads: ReachThreads
  let desk: CloudDesk

  static func play(
    _ account: CloudStandAccount = CloudStandAccount(), _ manner: CloudStandManner = .observed,
    _ body: (CloudBench) async throws -> Void
  ) async throws {
    let temporary = try TemporaryFolder()
    let cloud = try StandInCloud(account: account, manner: manner)
    let clock = Clock()
    let folder = try DataFolder.prepare("\(temporary.path)/data")
    let database = try Database.open(folder, role: .tool, now: clock.now)
    let bench = make(cloud, folder, database, clock, Place(cloud.url))
    let subscription = bench.desk.surroundings.feed.follow { bench.told.take($0) }
    try await bench.desk.start()
    do {
      try await body(bench)
      await bench.end()
    } catch {
      await bench.end()
      throw error
    }
    withExtendedLifetime((temporary, subscription)) {}
  }

  private static func make(
    _ cloud: StandInCloud, _ folder: DataFolder, _ database: Database, _ clock: Clock, _ place: Place
  ) -> CloudBench {
    let threads = ReachThreads(name: "test", limit: 3)
    let rule = AddressRule(allowsLoopback: true, ownPorts: [])
    let vault = FileVault(database)
    let client = CloudClient(web: WebClient(threads: threads, rule: { rule })) { clock.now }
    let desk = CloudDesk(
      surroundings: CloudSurroundings(
        client: client, database: database, vault: vault, view: FleetView(), feed: EventFeed(), clock: clock,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, place: { place.value }))
    return CloudBench(
      folder: folder, database: database, vault: vault, cloud: cloud, clock: clock, told: Told(), place: place,
      threads: threads, desk: desk)
  }

  /// The same data folder with a new service on it.
  func restarted() async throws -> CloudBench {
    await desk.stop()
    let next = Self.make(cloud, folder, database, clock, place)
    try await next.desk.start()
    return next
  }

  private func end() async {
    threads.shutdown()
    await desk.stop()
    cloud.stop()
    try? await database.close()
  }

  @discardableResult
  func signIn() async throws -> CloudStanding {
    try await desk.signIn(cloud.account.name, .password(cloud.account.password))
  }

  /// A file in the archive.
  func archive(_ bytes: [UInt8], name: String = "part.stl", kind: String = "stl") async throws -> ArchiveID {
    try await vault.keep(bytes, now: clock.now) { stored in
      var record = ArchiveFileRecord(hash: stored.hash, kind: kind)
      record.filename = name
      return try await ArchiveRepository(database).insert(record, name: nil, now: clock.now).id
    }
  }

  /// What a call throws.
  static func fault<Value>(_ body: () async throws -> Value) async -> Fault? {
    do {
      _ = try await body()
      return nil
    } catch { return error as? Fault }
  }
}
