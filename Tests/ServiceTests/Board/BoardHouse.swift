import Board
import Link
import Logging
import Loop
import Model
import Rules
import Store
import Synchronization
import TLS
import TestKit

@testable import Service

/// The board's desk on a virtual chip, with printers as a test tells them and an appliance that keeps a list.
final class BoardHouse: Sendable {
  /// Remembers what it was told, and does or refuses it as a test wants.
  final class Machine: Appliance {
    struct State {
      var isThere = true
      var fails = false
      var acts: [ApplianceAct] = []
    }

    let state = Mutex(State())

    func check(_ act: ApplianceAct) throws {
      if !state.withLock({ $0.isThere }) { try NoAppliance().check(act) }
    }

    func perform(_ act: ApplianceAct) async throws {
      try check(act)
      try state.withLock { state in
        if state.fails { throw Fault(.boardError, "The appliance could not.") }
        state.acts.append(act)
      }
    }

    var acts: [ApplianceAct] { state.withLock { $0.acts } }
  }

  /// The rule for power, as a test wants it.
  final class Rule: RelayPowerRule {
    let objection = Mutex<PowerObjection?>(nil)
    func objection(toCutting relays: [String]) async -> PowerObjection? { objection.withLock { $0 } }
  }

  private final class Marks: Sendable {
    private let marks = Mutex<[Bool]>([])
    func add(_ isMarked: Bool) { marks.withLock { $0.append(isMarked) } }
    var all: [Bool] { marks.withLock { $0 } }
  }

  /// Whether there is a network is this machine's affair, so that the light says nothing of it.
  static let map = """
    [board]
    name = Bench
    chip = virtual
    pulled_down = 0-15
    pulled_up = 16-31
    [relay printer]
    line = 0
    minimum_interval = 0
    [led status]
    line = 8
    shows = identify, update_running, pairing, error, starting, needs_attention, plate, printing, done, ready
    [led alarm]
    line = 9
    shows = error
    [button main]
    line = 24
    active = low
    pull = up
    debounce = 0
    """

  let chips = VirtualChips()
  let machine = Machine()
  let rule = Rule()
  let view = FleetView()
  let feed = EventFeed()
  let fleet: Fleet
  let pairing: PairingDesk
  let desk: BoardDesk
  private let folder: TemporaryFolder
  private let loop: PollLoop
  private let database: Database
  private let erasureMarks = Marks()
  private let told = Mutex<[BoardStanding]>([])
  private let subscription = Mutex<EventFeed.Subscription?>(nil)

  init(table: ButtonTable = .standard, printers: [String] = []) async throws {
    folder = try TemporaryFolder()
    let data = try DataFolder.prepare("\(folder.path)/data")
    let clock = SystemClock()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    database = try Database.open(data, role: .service(try data.lock()), now: clock.now)
    loop = try PollLoop(name: "test")
    let repository = PrinterRepository(database)
    for (index, name) in printers.enumerated() {
      _ = try await repository.insert(
        NewPrinter(
          name: name, host: try HostName("192.0.2.\(index + 1)"), serial: try SerialNumber("01P00A00000000\(index)"),
          accessCode: try AccessCode("12345678"), isEnabled: false), now: clock.now)
    }
    fleet = Fleet(
      surroundings: PrinterSurroundings(
        loop: loop, authorities: try TrustStore(folder: folder.path), view: view, feed: feed, printers: repository,
        prints: PrintRepository(database), printStarts: PrintStartRepository(database),
        transfers: TransferWorkers(), clock: clock, logger: logger))
    try await fleet.load()
    pairing = PairingDesk(keys: KeyRing(database: database, clock: clock), feed: feed, clock: clock)
    let erasureMarks = erasureMarks
    desk = BoardDesk(
      BoardSurroundings(
        map: try BoardMap.parse(Self.map, path: "map.ini"), chips: chips, loop: loop, keeper: NoKeeper(),
        memory: RelayMemory(path: nil), fleet: fleet, view: view, feed: feed, pairing: pairing, appliance: machine,
        wantsPlatesCleared: { true }, markForErasure: { erasureMarks.add($0) }, logger: logger),
      table: table)
    let following = feed.follow { [weak self] event in
      if case .board(let standing) = event { self?.told.withLock { $0.append(standing) } }
    }
    subscription.withLock { $0 = following }
    await desk.ask(rule)
    try await desk.start()
    await desk.started()
  }

  /// What was marked for erasure, and unmarked.
  var erasures: [Bool] { erasureMarks.all }

  /// What followers were told of the board, oldest first.
  var heard: [BoardStanding] { told.withLock { $0 } }

  /// A printer says this.
  func says(_ name: String, _ state: PrinterState, isPlateCleared: Bool = true) {
    guard var snapshot = view.all.first(where: { $0.identity.name == name }) else { return }
    snapshot.identity.isEnabled = true
    snapshot.identity.plateCleared = isPlateCleared
    snapshot.state = state
    snapshot.isConnected = true
    view.store(snapshot)
    feed.publish(.printerState(snapshot))
  }

  /// What a light tells.
  func state(_ light: String = "status") async -> LEDState? {
    await desk.standing.lights.first { $0.light.name == light }?.state
  }

  /// What a light shows.
  func pattern(_ light: String = "status") async -> LEDPattern? {
    await desk.standing.lights.first { $0.light.name == light }?.light.pattern
  }

  /// Waits until the light tells this.
  func tells(_ state: LEDState, _ light: String = "status") async throws {
    try await eventually(within: 10, "the light \(light) tells \(state)") {
      await self.state(light) == state ? true : nil
    }
  }

  func end() async {
    subscription.withLock { $0 = nil }
    await desk.stop()
    try? await database.close()
    loop.shutdown()
  }
}
