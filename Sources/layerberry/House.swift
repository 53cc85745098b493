import API
import Camera
import CShims
import HTTPServer
import Link
import Logging
import Model
import NIOCore
import Service
import Store
import TLS
import Loop
import Web

/// The parts of the service, in the order in which they start; they stop in the opposite one.
///
/// The core (database, link, HTTP) starts or the process ends with a sentence. A printer that does not answer is a field
/// in the API; discovery that cannot listen is a line in the log.
struct House: Sendable {
  private let database: Database
  private let loop: PollLoop
  private let fleet: Fleet
  private let discovery: Discovery
  private let pictures: Pictures
  private let archiving: Archiving
  private let bench: Bench
  private let plugs: Plugs
  private let messages: Messages
  private let publishing: Publishing
  private let upkeep: MaintenanceKeeper
  private let archives: Archives
  private let foreman: Foreman
  private let backups: Backups
  private let updates: Updates
  private let transfers: TransferWorkers
  private let doorway: Doorway
  private let cloud: Cloud
  private let system: SystemReporter
  private let live: LiveFeed
  private let description: DescriptionRoutes
  private let server: HTTPServer
  private let word: FirstWord
  private let logger: Logger
  private var housekeeping: Task<Void, Never>?

  /// How long running requests may go on when the service stops.
  private static let grace = 2
  /// What may be written late (contract, section 8) is written this often, in seconds.
  private static let tidyInterval = 600
  /// Seconds after which the start and the first connections are over.
  private static let settled = 20

  static func open(_ configuration: Configuration, sink: LogSink) async throws -> House {
    let light = await StartLight.lit(at: configuration.boardMap)
    var house: House
    do {
      house = try await assemble(configuration, sink: sink)
    } catch {
      await light?.end()
      throw error
    }
    await light?.end()
    try await house.start()
    return house
  }

  /// After a start that failed: where a restored state is to blame, the next start has what was there before.
  static func abandonRestored(_ configuration: Configuration, after error: any Error) throws -> Bool {
    switch error {
    case is HTTPServerFailure, is ConfigurationFailure: false
    case let failure as StoreFailure where ![.damaged, .newerVersion, .foreign, .rule].contains(failure.kind): false
    default: try DataFolder.abandonRestored(in: configuration.data)
    }
  }

  /// All parts, of which nothing goes out yet.
  static func assemble(_ configuration: Configuration, sink: LogSink) async throws -> House {
    let clock = SystemClock()
    sink.level = configuration.logLevel ?? .info
    func makeLogger(_ label: String) -> Logger {
      Logger(label: label) { LineLog(label: $0, sink: sink) }
    }
    let startLogger = makeLogger("layerberry")

    // What is kept.
    let folder = try DataFolder.prepare(configuration.data)
    let lock = try folder.lock()
    if try folder.eraseIfMarked() {
      _ = try DataFolder.prepare(configuration.data)
      startLogger.notice("a factory reset erased everything that was kept")
    }
    let isRestored = try folder.switchRestored()
    if isRestored { startLogger.notice("a backup was put in the place of what was there") }
    let database = try Database.open(folder, role: .service(lock), now: clock.now)
    for sentence in database.opening.sentences { startLogger.notice("\(sentence)") }
    let settings = try await Settings(
      pinned: configuration.pinned.map { ($0.name, $0.value) }, repository: SettingsRepository(database))
    sink.level = configuration.logLevel ?? settings.logLevel

    // The printers, seen before the first connection.
    let authorities = try TrustStore(folder: configuration.trustFolder ?? folder.trust)
    let loop = try PollLoop(name: "printers")
    let feed = EventFeed()
    let view = FleetView()
    let transfers = TransferWorkers()
    let reach: @Sendable () -> AddressRule = {
      AddressRule(allowsLoopback: settings.allowsLoopback, ownPorts: [configuration.port])
    }
    let vault = FileVault(database)
    var surroundings = PrinterSurroundings(
      loop: loop, authorities: authorities, view: view, feed: feed, printers: PrinterRepository(database),
      prints: PrintRepository(database), printStarts: PrintStartRepository(database), transfers: transfers,
      clock: clock, logger: makeLogger("printers"))
    surroundings.checkCamera = { (address) throws(InvalidValue) in try reach().check(address, field: "camera") }
    surroundings.jobObjects =
      JobObjects(
        database: database, path: { vault.path(of: $0) }, logger: makeLogger("printers")
      ).objects
    let fleet = Fleet(surroundings: surroundings)
    try await fleet.load()
    let discovery = Discovery(
      loop: loop, fleet: fleet, view: view, feed: feed, clock: clock, logger: makeLogger("discovery"))

    let spool = try Spool(folder: folder.transfers)
    let files = PrinterFiles(fleet: fleet, view: view, spool: spool) {
      settings.uploadLimit
    }

    // How all of it is shown.
    let doorway = Doorway(database: database, settings: settings, feed: feed, clock: clock, port: configuration.port)
    let system = SystemReporter(
      database: database, view: view, clock: clock, version: Version.text, libraries: Libraries.inUse,
      logger: makeLogger("system"))
    let live = LiveFeed(feed: feed, view: view, watch: doorway.watch)
    let pictures = Pictures(
      fleet: fleet, view: view, feed: feed, database: database, vault: vault, settings: settings, clock: clock,
      sources: Pictures.sources(within: reach), makeLogger: makeLogger)
    let bench = try Bench(
      configuration: configuration, environment: Environment.all,
      house: Bench.House(
        loop: loop, fleet: fleet, view: view, feed: feed, pairing: doorway.pairing, settings: settings, folder: folder,
        clock: clock, logger: makeLogger("board")))
    let plugs = Plugs(
      fleet: fleet, feed: feed, database: database, settings: settings, clock: clock, bank: bench.desk.relayBank,
      rule: reach,
      logger: makeLogger("plugs"))
    let messages = Messages(
      database: database, feed: feed, settings: settings, photos: pictures.photos, clock: clock,
      view: view, logger: makeLogger("notifications"),
      rule: reach)
    let publishing = Publishing(
      settings: settings, fleet: fleet, feed: feed, plugs: plugs.desk, board: bench.desk, cameras: pictures.desk,
      trust: authorities, clock: clock, logger: makeLogger("mqtt"), rule: reach)
    let cloud = Cloud(
      fleet: fleet, database: database, vault: vault, view: view, feed: feed, settings: settings, clock: clock,
      logger: makeLogger("cloud"), rule: reach)
    let upkeep = MaintenanceKeeper(
      database: database, view: view, feed: feed, clock: clock, logger: makeLogger("maintenance"))
    let archives = Archives(
      fleet: fleet, view: view, feed: feed, database: database, vault: vault, settings: settings, clock: clock,
      makeLogger: makeLogger)
    let archiving = Archiving(
      database: database, vault: vault, spool: spool, feed: feed, bounds: archives,
      settings: settings, clock: clock, makeLogger: makeLogger)
    let foreman = Foreman(
      fleet: fleet, view: view, feed: feed, database: database, vault: vault, power: plugs.desk, loop: loop,
      settings: settings, clock: clock, logger: makeLogger("queue"))
    let interruption = Interruption(view: view, database: database, desk: bench.desk)
    let backups = Backups(
      folder: folder, isRestored: isRestored, vault: vault, spool: spool, settings: settings,
      interruption: interruption, clock: clock, logger: makeLogger("backups"))
    let updates = Updates(
      spool: spool, settings: settings, interruption: interruption, board: bench.desk, clock: clock,
      logger: makeLogger("updates"), rule: reach)
    let support = SupportBundle(
      system: system, settings: settings, ring: sink.ring, view: view,
      doctor: HouseDoctor(
        probe: DoctorProbe(clock: clock, searchPath: Environment.all["PATH"] ?? ""), folder: folder.path, view: view,
        desk: bench.desk),
      secrets: SecretRepository(database, settings: SettingName.secrets), clock: clock)
    let operations =
      PrinterRoutes(fleet: fleet, view: view).operations
      + DiscoveryRoutes(discovery: discovery, view: view).operations
      + ControlRoutes(fleet: fleet, view: view) { settings.allowsAllGcode }.operations
      + FileRoutes(files: files, fleet: fleet, view: view, queue: foreman.keeper).operations + doorway.operations
      + pictures.operations + archiving.operations + bench.operations + plugs.operations + foreman.operations
      + messages.operations + cloud.operations
      + MaintenanceRoutes(keeper: upkeep, view: view, clock: clock).operations
      + backups.operations + updates.operations + LogRoutes(ring: sink.ring, bundle: support, clock: clock).operations
      + MetricsRoutes(system: system).operations + SystemRoutes(system: system).operations
      + LiveRoutes(feed: live).operations
    let description = DescriptionRoutes(describing: operations, version: Version.text)
    let dispatcher = try Dispatcher(
      operations: operations + description.operations + PageRoutes(files: WebAssets.all, settings: settings).operations
        + DocumentationRoutes(files: WebAssets.all).operations,
      entrance: doorway.entrance, watch: doorway.watch, standardFormat: { ReplyFormat(settings: settings) },
      logger: makeLogger("api"), accessLogger: makeLogger("access"))
    var limits = HTTPLimits()
    limits.connectionsPerAddress = settings.connectionsPerAddress
    let server = HTTPServer(
      configuration: HTTPServerConfiguration(
        host: configuration.host, port: Int(configuration.port.number), limits: limits),
      responder: dispatcher, logger: makeLogger("http"))
    settings.follow { settings in
      doorway.entrance.set(AccessPolicy(settings))
      server.setConnectionsPerAddress(settings.connectionsPerAddress)
      sink.level = configuration.logLevel ?? settings.logLevel
    }
    return House(
      database: database, loop: loop, fleet: fleet, discovery: discovery, pictures: pictures,
      archiving: archiving, bench: bench, plugs: plugs, messages: messages, publishing: publishing,
      upkeep: upkeep, archives: archives, foreman: foreman, backups: backups, updates: updates,
      transfers: transfers,
      doorway: doorway, cloud: cloud,
      system: system, live: live, description: description, server: server, word: FirstWord(isJournal: sink.isJournal),
      logger: startLogger)
  }

  private mutating func start() async throws {
    try await FirstPassword.ensure(in: database, now: SystemClock().now) { (password) throws(StoreFailure) in
      try word.tell(password, folder: database.folder, logger: logger)
    }
    // Before anybody can ask for them.
    try await bench.start()
    await bench.desk.ask(plugs.desk)
    try await plugs.start()
    try await foreman.start()
    try await cloud.start()
    for address in try await server.start() {
      logger.notice("listening", metadata: ["address": "\(address.host)", "port": "\(address.port)"])
    }

    // The printers' links come last: a connection takes time, and nobody need wait for it.
    await archives.start()
    await fleet.start()
    archiving.start()
    await pictures.start()
    // After the photos, whose end it waits for.
    await messages.start()
    await publishing.start()
    upkeep.start()
    await discovery.start()
    await backups.start()
    await backups.prove()
    await bench.desk.started()
    housekeeping = Task { [fleet, doorway, logger] in await Self.tidy(fleet: fleet, doorway: doorway, logger: logger) }
  }

  /// The OpenAPI document of this build.
  var document: OpenAPIDocument { description.document }

  /// Takes no more requests, ends streams and sessions, and leaves everything on disk.
  func stop() async {
    system.stop()
    housekeeping?.cancel()
    await updates.stop()
    await backups.stop()
    transfers.shutdown()
    await publishing.stop()
    await fleet.dismiss()
    await foreman.stop()
    await server.stop(gracePeriod: .seconds(Int64(Self.grace)))
    upkeep.stop()
    await messages.stop()
    await archives.stop()
    await pictures.stop()
    await plugs.stop()
    archiving.stop()
    await cloud.stop()
    await discovery.stop()
    await bench.stop()
    await fleet.stop()
    do {
      try await doorway.writeUses(atStop: true)
      try await database.close()
    } catch {
      logger.error("the database did not close cleanly", metadata: ["error": "\(error)"])
    }
    loop.shutdown()
  }

  var isWell: Bool {
    get async {
      let isWell = await system.health().isHealthy
      await bench.desk.setWell(isWell)
      return isWell
    }
  }

  private static func tidy(fleet: Fleet, doorway: Doorway, logger: Logger) async {
    do { try await Task.sleep(for: .seconds(settled), tolerance: .seconds(5)) } catch { return }
    while true {
      do {
        // What only the start used, or a burst, is resident no longer (Documentation/decisions/0024-resident-code.md).
        layerberry_release_code()
        layerberry_release_heap()
        try await Task.sleep(for: .seconds(tidyInterval), tolerance: .seconds(30))
        await fleet.writeLastWords()
        try await doorway.writeUses()
      } catch is CancellationError {
        return
      } catch {
        logger.error("the use of keys and sessions could not be noted", metadata: ["error": "\(error)"])
      }
    }
  }
}
