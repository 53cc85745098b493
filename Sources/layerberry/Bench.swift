import API
import Board
import Logging
import Loop
import Model
import Rules
import Service
import Store

/// The board: lights, relays and buttons, of the pin map that the configuration names or virtual ones.
struct Bench: Sendable {
  /// What the board needs of the rest of the house.
  struct House {
    let loop: PollLoop
    let fleet: Fleet
    let view: FleetView
    let feed: EventFeed
    let pairing: PairingDesk
    let settings: Settings
    let folder: DataFolder
    let clock: any WallClock
    let logger: Logger
  }

  let desk: BoardDesk
  private let map: String?
  private let clock: any WallClock
  /// A board of its own has a thread of its own, so that no printer's session keeps a button waiting.
  private let ownLoop: PollLoop?

  /// - Throws: `ConfigurationFailure` with the line of the pin map at fault.
  init(configuration: Configuration, environment: [String: String], house: House) throws {
    map = configuration.boardMap
    clock = house.clock
    let kept = DescriptorStore(environment: environment)
    let pins = try configuration.boardMap.map { (path) throws(ConfigurationFailure) in try Self.read(path) }
    // Lines of a map that is no longer in use are let go of.
    if pins == nil { kept.forgetRest() }
    ownLoop = try pins.map { _ in try PollLoop(name: "board") }
    let appliance: any Appliance =
      if let folder = environment["LAYERBERRY_APPLIANCE"], !folder.isEmpty { ProgramAppliance(folder: folder) } else {
        NoAppliance()
      }
    let settings = house.settings
    let folder = house.folder
    desk = BoardDesk(
      BoardSurroundings(
        map: pins ?? .virtual, chips: pins == nil ? VirtualChips() as any GPIOChips : LibgpiodChips(),
        loop: ownLoop ?? house.loop, keeper: pins == nil ? NoKeeper() as any LineKeeper : kept,
        memory: RelayMemory(path: "\(folder.path)/relays"), fleet: house.fleet, view: house.view, feed: house.feed,
        pairing: house.pairing, appliance: appliance, wantsPlatesCleared: { settings.queue.requiresClearPlate },
        markForErasure: { try folder.markForErasure($0) }, logger: house.logger),
      table: Self.table(settings))
    settings.follow { [desk] settings in
      let table = Self.table(settings)
      Task { await desk.setTable(table) }
    }
  }

  static func read(_ path: String) throws(ConfigurationFailure) -> BoardMap {
    do throws(BoardMapProblem) {
      return try BoardMap.read(path: path)
    } catch {
      throw ConfigurationFailure(place: error.place, problem: error.problem)
    }
  }

  private static func table(_ settings: Settings) -> ButtonTable {
    ButtonTable.standard.changed(by: settings.texts(.boardButtons))
  }

  var operations: [Operation] { BoardRoutes(desk: desk, clock: clock).operations }

  /// - Throws: `ConfigurationFailure` where the map does not fit this machine.
  func start() async throws {
    do {
      try await desk.start()
    } catch {
      throw ConfigurationFailure(place: map ?? "the virtual board", problem: error.description)
    }
  }

  func stop() async {
    await desk.stop()
    ownLoop?.shutdown()
  }
}
