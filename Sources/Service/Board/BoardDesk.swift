package import Board
import Logging
import Loop
import Model
package import Rules
import Synchronization

/// What the board does for the service: lights tell how things stand, gestures become actions, and the machine itself can
/// be told to restart.
package actor BoardDesk {
  /// How long a light says which board this is.
  private static let identifying = Duration.seconds(15)

  /// What comes from other threads, which must not wait.
  final class Ear: Sendable {
    struct State {
      var pairingBlinks: Int?
      var hasNetwork = true
      var isDue = false
    }

    let state = Mutex(State())
    let gesture = Mutex<(@Sendable (Board.Event) -> Void)?>(nil)
    let marks = PrinterMarks<BenchSituation.Printer?>()
  }

  let surroundings: BoardSurroundings
  let board: Board
  private let ear = Ear()
  private var situation = BenchSituation()
  /// As others say of the service; the board's own problems count beside it.
  private var isServiceWell = true
  private var overrides: [String: LEDPattern] = [:]
  private var lights = LEDTable.standard
  private var table: ButtonTable
  /// What a short press would confirm.
  var pending: (button: String, action: ButtonAction, until: ContinuousClock.Instant)?
  /// nil while nothing is known to hang at the relays.
  var power: (any RelayPowerRule)?
  private var identifyEnd: ContinuousClock.Instant?
  private var isRefreshing = false
  private var isDueAgain = false
  /// Whoever asked for a look while one went on.
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var published: BoardStanding?
  private var shown: [String: LEDState] = [:]
  private var subscription: EventFeed.Subscription?
  private var network: NetworkWatch?

  package init(_ surroundings: BoardSurroundings, table: ButtonTable) {
    self.surroundings = surroundings
    self.table = table
    board = Board(
      map: surroundings.map, chips: surroundings.chips, loop: surroundings.loop, keeper: surroundings.keeper,
      memory: surroundings.memory, gestures: Self.recognized(table)
    ) { [ear] event in ear.gesture.withLock { $0 }?(event) }
  }

  /// For plugs of type `gpio`.
  package nonisolated var relayBank: any RelayBank { board }
  package nonisolated var isVirtual: Bool { board.isVirtual }

  /// - Throws: where the pin map does not fit this machine.
  package func start() async throws(GPIOFailure) {
    ear.gesture.withLock { gesture in
      gesture = { [weak self] event in
        switch event {
        case .gesture(let button, let gesture): Task { await self?.felt(button, gesture) }
        case .changed: self?.nudge()
        case .problem(let problem): Task { await self?.note(problem) }
        }
      }
    }
    try await board.start()
    subscription = surroundings.feed.follow { [weak self, ear] event in
      switch event {
      case .pairing(let notice):
        ear.state.withLock { $0.pairingBlinks = notice.state == .waiting ? notice.blinks : nil }
      case .printerState(let printer), .printerError(let printer), .printerOffline(let printer, _):
        guard ear.marks.isNews(Self.look(at: printer), of: printer.identity.id) else { return }
      case .printerAdded: break
      case .printerRemoved(let id): ear.marks.forget(id)
      default: return
      }
      self?.nudge()
    }
    let network = NetworkWatch(loop: surroundings.loop)
    self.network = network
    await network.start { [weak self, ear] isThere in
      ear.state.withLock { $0.hasNetwork = isThere }
      self?.nudge()
    }
    await refresh()
  }

  package func stop() async {
    subscription = nil
    await network?.stop()
    network = nil
    ear.gesture.withLock { $0 = nil }
    await board.stop()
  }

  /// Everything has started.
  package func started() async {
    situation.isStarting = false
    await refresh()
  }

  /// Whether the service is well, as far as others know.
  package func setWell(_ isWell: Bool) async {
    guard isServiceWell != isWell else { return }
    isServiceWell = isWell
    await refresh()
  }

  /// An update goes on, or is over.
  package func setUpdating(_ isUpdating: Bool) async {
    situation.isUpdating = isUpdating
    await refresh()
  }

  /// Whom to ask before the power of what hangs at relays is cut.
  package func ask(_ rule: any RelayPowerRule) { power = rule }

  /// Gestures mean something else from now on.
  package func setTable(_ table: ButtonTable) async {
    self.table = table
    await board.recognize(Self.recognized(table))
    await refresh()
  }

  // MARK: Lights

  /// Something may have changed: called from any thread, and many times for one look.
  private nonisolated func nudge() {
    let isFirst = ear.state.withLock { state in
      defer { state.isDue = true }
      return !state.isDue
    }
    if isFirst { Task { await self.refresh() } }
  }

  /// Shows what holds, and tells everybody who follows where that is another picture than before. It is shown when this
  /// returns, also where another look goes on already.
  func refresh() async {
    isDueAgain = true
    guard !isRefreshing else { return await withCheckedContinuation { waiting.append($0) } }
    isRefreshing = true
    while isDueAgain {
      isDueAgain = false
      look(isBoardWell: await board.problem == nil)
      let holding = situation.holding
      for light in board.map.lights {
        let told = lights.pattern(holding: holding, shown: light.shows, count: situation.pairingBlinks ?? 1)
        shown[light.name] = overrides[light.name] == nil && pending == nil ? told?.state : nil
        let pattern = pending == nil ? overrides[light.name] ?? told?.pattern ?? .off : Self.confirmation
        await board.show(light.name, pattern)
      }
      let standing = await self.standing
      guard standing != published else { continue }
      published = standing
      surroundings.feed.publish(.board(standing))
    }
    isRefreshing = false
    for one in waiting { one.resume() }
    waiting = []
  }

  /// A short press is asked for.
  private static let confirmation = LEDPattern.blink(on: 60, off: 200)

  private func look(isBoardWell: Bool) {
    let heard = ear.state.withLock { state in
      defer { state.isDue = false }
      return state
    }
    situation.pairingBlinks = heard.pairingBlinks
    situation.hasNetwork = heard.hasNetwork
    situation.isWell = isServiceWell && isBoardWell
    situation.isIdentifying = identifyEnd != nil
    situation.wantsPlatesCleared = surroundings.wantsPlatesCleared()
    situation.printers = surroundings.view.all.compactMap(Self.look)
  }

  /// What the lights tell of a printer; nil for one that is switched off here.
  private static func look(at printer: PrinterSnapshot) -> BenchSituation.Printer? {
    guard printer.identity.isEnabled else { return nil }
    return BenchSituation.Printer(
      state: printer.state, hasProblem: printer.report?.printError.map { !$0.isCancellation } ?? false,
      isPlateCleared: printer.identity.plateCleared)
  }

  /// Gives a light a pattern of somebody's own; nil gives it back to the table.
  ///
  /// - Throws: `NOT_FOUND` without such a light.
  package func setPattern(_ pattern: LEDPattern?, of light: String) async throws {
    guard board.map.lights.contains(where: { $0.name == light }) else {
      throw Fault(.notFound, "The board has no light “\(light)”.")
    }
    overrides[light] = pattern
    await refresh()
    if let problem = await board.lights.first(where: { $0.name == light })?.problem {
      throw Fault(.boardError, problem)
    }
  }

  /// All lights say which board this is, for a while; seconds.
  package func identify() async -> Int {
    let end = ContinuousClock.now.advanced(by: Self.identifying)
    identifyEnd = end
    // Ends with the time that it gives the lights.
    Task {
      try? await Task.sleep(until: end, tolerance: .milliseconds(100))
      await self.endIdentifying(end)
    }
    await refresh()
    return Int(Self.identifying.components.seconds)
  }

  private func endIdentifying(_ end: ContinuousClock.Instant) async {
    guard identifyEnd == end else { return }
    identifyEnd = nil
    await refresh()
  }

  // MARK: How it stands

  package var standing: BoardStanding {
    get async {
      let lights = await board.lights
      let buttons = await board.buttons
      return BoardStanding(
        name: board.map.name, isVirtual: board.isVirtual, chips: await board.chipIdentities,
        lights: lights.map { light in
          BoardStanding.Light(light: light, state: shown[light.name], isOverridden: overrides[light.name] != nil)
        },
        relays: await board.relays(),
        buttons: buttons.map { button in
          BoardStanding.Button(name: button.name, isStuck: button.isStuck, problem: button.problem, table: table)
        }, lines: board.map.lines.map { BoardStanding.Line(use: $0.use, chip: $0.line.chip, line: $0.line.lineText) },
        problem: await board.problem)
    }
  }

  package nonisolated var figures: BoardFigures { BoardFigures.read() }

  package nonisolated var memory: SystemInfo.Memory { KernelFigures.memory() }

  // MARK: Gestures

  func meaning(of gesture: ButtonGesture) -> ButtonAction? { table.action(for: gesture) }

  private func felt(_ button: String, _ gesture: ButtonGesture) async {
    guard let press = await press(button, gesture) else { return }
    surroundings.logger.info(
      "button pressed",
      metadata: [
        "button": "\(button)", "gesture": "\(gesture.rawValue)", "action": "\(press.action?.rawValue ?? "none")",
        "result": "\(press.result.rawValue)", "reason": "\(press.message ?? "")",
      ])
  }

  private func note(_ problem: String?) {
    if let problem {
      surroundings.logger.warning("the board has a problem", metadata: ["problem": "\(problem)"])
    } else {
      surroundings.logger.notice("the board is whole again")
    }
  }

  /// A short press must be seen where something waits for it.
  private static func recognized(_ table: ButtonTable) -> Set<ButtonGesture> {
    let gestures = table.gestures
    let needsShort = gestures.contains { table.action(for: $0)?.needsConfirmation == true }
    return needsShort ? gestures.union([.short]) : gestures
  }
}
