import Link
import Logging
package import Model
import Rules
package import Store

/// All printers: adds, changes and removes them, and starts and stops their keepers.
package actor Fleet {
  private let surroundings: PrinterSurroundings
  nonisolated var view: FleetView { surroundings.view }
  private var keepers: [PrinterID: PrinterKeeper] = [:]
  /// Whether a printer may go, as far as others than the printer itself are concerned.
  private var checkRemoval: @Sendable (PrinterID) async throws(Fault) -> Void = { (_) throws(Fault) in }

  package init(surroundings: PrinterSurroundings) {
    self.surroundings = surroundings
  }

  /// Connects to every printer that is enabled.
  package func start() async {
    for keeper in keepers.values { await keeper.start() }
  }

  /// Reads every printer that the database knows, so that they are seen before the first connection.
  package func load() async throws {
    let followed = Dictionary(
      try await surroundings.prints.followed().map { ($0.printerID, TrackedPrint($0)) }, uniquingKeysWith: { $1 })
    let starts = Dictionary(
      try await surroundings.printStarts.all().map { ($0.printerID, $0) }, uniquingKeysWith: { $1 })
    for record in try await surroundings.printers.all() {
      let keeper = PrinterKeeper(record, following: followed[record.id], surroundings: surroundings)
      keepers[record.id] = keeper
      if let start = starts[record.id] { await keeper.takeUp(start) }
      await keeper.introduce()
    }
  }

  /// Takes no more commands, and tells whoever waits for one that the service stops.
  package func dismiss() async {
    for keeper in keepers.values { await keeper.dismiss(telling: CancellationError()) }
  }

  /// Ends all sessions; what is being followed is on disk when this returns.
  package func stop() async {
    await writeLastWords()
    await withTaskGroup { group in
      for keeper in keepers.values { group.addTask { await keeper.stop() } }
    }
  }

  package func add(_ printer: NewPrinter) async throws -> PrinterSnapshot {
    if let camera = printer.externalCamera { try checkCamera(camera, before: nil) }
    let record: PrinterRecord
    do {
      record = try await surroundings.printers.insert(printer, now: surroundings.clock.now)
    } catch PrinterRepository.Refusal.duplicateSerial {
      throw Self.duplicate(printer.serial)
    }
    let keeper = PrinterKeeper(record, following: nil, surroundings: surroundings)
    keepers[record.id] = keeper
    await keeper.introduce()
    await keeper.start()
    let snapshot = try snapshot(record.id)
    surroundings.feed.publish(.printerAdded(snapshot))
    return snapshot
  }

  package func update(_ id: PrinterID, _ changes: PrinterChanges) async throws -> PrinterSnapshot {
    let keeper = try keeper(id)
    if let camera = changes.externalCamera ?? nil {
      try checkCamera(camera, before: await keeper.record.externalCamera)
    }
    do {
      await keeper.apply(try await surroundings.printers.update(id, changes, now: surroundings.clock.now))
    } catch PrinterRepository.Refusal.duplicateSerial {
      throw Self.duplicate(changes.serial)
    } catch PrinterRepository.Refusal.notFound {
      throw Self.missing(id)
    }
    return try snapshot(id)
  }

  package func remove(_ id: PrinterID) async throws {
    let keeper = try keeper(id)
    if let objection = await keeper.objectionToRemoval { throw objection }
    try await checkRemoval(id)
    keepers[id] = nil
    await keeper.stop(telling: PrinterKeeper.deleted)
    guard try await surroundings.printers.delete(id, now: surroundings.clock.now) else { throw Self.missing(id) }
    surroundings.view.remove(id)
    surroundings.feed.publish(.printerRemoved(id))
  }

  package func connect(_ id: PrinterID) async throws -> PrinterSnapshot {
    var changes = PrinterChanges()
    changes.isEnabled = true
    _ = try await update(id, changes)
    await (try keeper(id)).connectNow()
    return try snapshot(id)
  }

  package func disconnect(_ id: PrinterID) async throws -> PrinterSnapshot {
    var changes = PrinterChanges()
    changes.isEnabled = false
    return try await update(id, changes)
  }

  package func refresh(_ id: PrinterID) async throws {
    guard await (try keeper(id)).requestFullReport() else {
      // S1 has 400 here where everything else has 409 (contract, section 2).
      throw Fault(
        .printerOffline, "The printer is not connected, so it cannot be asked. Its status says why.", status: 400)
    }
  }

  /// Carries out what somebody wants of a printer, and returns when the printer has acknowledged it.
  package func perform(_ request: ControlRequest, on id: PrinterID) async throws {
    try await (try keeper(id)).perform(request)
  }

  /// Starts a file that lies on the printer, and returns once the printer shows that it begins.
  /// - Parameter taskID: the number of the start, where somebody has written it down already.
  /// - Returns: the number under which the printer shows the job; nil for plain G-code, which has none.
  package func startPrint(_ order: PrintOrder, on id: PrinterID, taskID: Int? = nil) async throws -> Int? {
    try await (try keeper(id)).startPrint(order, number: taskID)
  }

  // MARK: By the cloud

  /// Enabled printers without a session in the network, by serial number.
  func absentPrinters() async -> [String: PrinterID] {
    var absent: [String: PrinterID] = [:]
    for (id, keeper) in keepers { if let serial = await keeper.absentSerial { absent[serial.text] = id } }
    return absent
  }

  func reachedByCloud(_ id: PrinterID, _ send: @escaping CloudReports.Sender) async {
    await keepers[id]?.cloudBegan(send)
  }

  func heardByCloud(_ payload: [UInt8], from id: PrinterID) async { await keepers[id]?.cloudHeard(payload) }

  func leftByCloud(_ id: PrinterID) async { await keepers[id]?.cloudEnded() }

  /// Asked before a printer is deleted.
  func beforeRemoval(_ check: @escaping @Sendable (PrinterID) async throws(Fault) -> Void) { checkRemoval = check }

  /// Whether a start is on its way to the printer that no report shows yet.
  func isStarting(_ id: PrinterID) async -> Bool {
    guard let keeper = keepers[id] else { return false }
    return await keeper.hasOpenStart
  }

  /// While its power is being cut, nothing that works is begun on the printer.
  func holdStarts(of id: PrinterID, _ isHeld: Bool) async { await keepers[id]?.holdStarts(isHeld) }

  /// The files on one printer, as it is reached now.
  func storage(of id: PrinterID) async throws(Fault) -> PrinterStorage { await (try keeper(id)).currentStorage() }

  /// How the printer's camera is reached now.
  func cameraWay(of id: PrinterID) async throws(Fault) -> CameraWay { await (try keeper(id)).cameraWay() }

  /// The camera's port was the first to show the printer's key; it holds for every port alike (contract, section 8).
  func pin(_ key: Fingerprint, for serial: SerialNumber, of id: PrinterID) async {
    guard let keeper = keepers[id], await keeper.record.serial == serial else { return }
    await keeper.pinFromOtherPort(key)
  }

  /// Somebody says whether the plate is free for the next print; kept over a restart.
  package func setPlateCleared(_ isCleared: Bool, on id: PrinterID) async throws {
    let keeper = try keeper(id)
    do {
      try await keeper.plateCleared(isCleared)
    } catch PrinterRepository.Refusal.notFound {
      throw Self.missing(id)
    }
  }

  package func trust(_ id: PrinterID, _ fingerprint: Fingerprint) async throws -> PrinterSnapshot {
    let keeper = try keeper(id)
    guard await keeper.offeredKey == fingerprint else {
      throw Fault(
        .conflict,
        "This is not the key that the printer offers now. Read trust.offered of the printer, compare it, and send that."
      )
    }
    var changes = PrinterChanges()
    changes.pin = fingerprint
    return try await update(id, changes)
  }

  /// Moves a silent printer to an address that an announcement named, if the machine there proves that it is the printer
  /// (contract, section 8). Whatever a person changes meanwhile stands.
  func follow(_ id: PrinterID, from stored: HostName, to host: HostName) async {
    guard let keeper = keepers[id], let serial = await keeper.check(host) else { return }
    do {
      let moved = try await surroundings.printers.move(
        id, serial: serial, from: stored, to: host, now: surroundings.clock.now)
      guard let moved else { return }
      surroundings.logger(for: moved).notice(
        "The printer has moved; its new address is stored.", metadata: ["from": "\(stored)", "to": "\(host)"])
      await keeper.apply(moved)
    } catch {
      surroundings.logger.error("a printer's new address could not be stored", metadata: ["error": "\(error)"])
    }
  }

  /// Writes when each printer reported last: telemetry, so seldom (contract, section 8).
  package func writeLastWords() async {
    var words: [PrinterRepository.LastState] = []
    for keeper in keepers.values {
      if let last = await keeper.takeLastWords() { words.append(last) }
    }
    do {
      try await surroundings.printers.setLastStates(words)
    } catch {
      surroundings.logger.error("the printers' last reports could not be noted", metadata: ["error": "\(error)"])
    }
  }

  /// What reading gives may be sent back, and stands for what is stored.
  private func checkCamera(_ camera: ExternalCameraAddress, before: ExternalCameraAddress?) throws(Fault) {
    guard camera.text.exposed != before?.description else { return }
    guard !camera.text.exposed.contains("***") else {
      throw Fault(
        InvalidValue("camera", "must be given with its password and query: the dots stand only for the stored address"))
    }
    do throws(InvalidValue) { try surroundings.checkCamera(camera) } catch { throw Fault(error) }
  }

  private func keeper(_ id: PrinterID) throws(Fault) -> PrinterKeeper {
    guard let keeper = keepers[id] else { throw Self.missing(id) }
    return keeper
  }

  private func snapshot(_ id: PrinterID) throws(Fault) -> PrinterSnapshot {
    guard let snapshot = surroundings.view[id] else { throw Self.missing(id) }
    return snapshot
  }

  private static func missing(_ id: PrinterID) -> Fault { Fault(.printerNotFound, "There is no printer \(id).") }

  private static func duplicate(_ serial: SerialNumber?) -> Fault {
    let which = serial.map { " \($0)" } ?? ""
    return Fault(
      .conflict, "There is a printer with the serial number\(which) already; two entries would push each other out.")
  }
}
