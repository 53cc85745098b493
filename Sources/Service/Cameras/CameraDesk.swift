package import Camera
package import Logging
import Loop
package import Model
import Synchronization
import TLS

/// All cameras: a hub for each, made when somebody first looks, and led to wherever its camera is now.
///
/// The loop of the cameras starts with the first of them; a service that nobody asks for a picture has no such thread.
package actor CameraDesk {
  private struct Entry {
    let hub: CameraHub
    var mark: CameraWay.Mark
    /// The key that the camera's own port has shown and that was trusted.
    var proven: Fingerprint?
  }

  /// What tells that the way to a camera may have changed.
  private struct Glance: Hashable {
    var updatedAt: Timestamp
    var isDisabled: Bool?
    var model: PrinterModel?
    var pin: Fingerprint?

    init(_ snapshot: PrinterSnapshot) {
      updatedAt = snapshot.identity.updatedAt
      isDisabled = snapshot.report?.camera.isDisabled
      model = snapshot.identity.model
      pin = snapshot.identity.trust.fingerprint
    }
  }

  /// For what has to be decoded or encoded.
  package nonisolated let worker = JPEGWorker()
  private let fleet: Fleet
  private let feed: EventFeed
  private let clock: any WallClock
  private let logger: Logger
  private let sources: CameraSources
  private let timings: CameraTimings
  private var loop: PollLoop?
  private var entries: [PrinterID: Entry] = [:]
  private var subscription: EventFeed.Subscription?
  private var isStopped = false
  private nonisolated let glances = Mutex<[PrinterID: Glance]>([:])

  package init(
    fleet: Fleet, feed: EventFeed, clock: any WallClock, logger: Logger, sources: CameraSources,
    timings: CameraTimings = CameraTimings()
  ) {
    self.fleet = fleet
    self.feed = feed
    self.clock = clock
    self.logger = logger
    self.sources = sources
    self.timings = timings
  }

  /// Follows what becomes of the printers.
  package func start() {
    subscription = feed.follow { [weak self] event in self?.heard(event) }
  }

  /// Ends every stream and every connection.
  package func stop() async {
    isStopped = true
    subscription = nil
    let hubs = entries.values.map(\.hub)
    entries = [:]
    for hub in hubs { await hub.shutdown() }
    worker.shutdown()
    loop?.shutdown()
    loop = nil
  }

  /// The camera of a printer, as it is reached now.
  ///
  /// - Throws: `Fault` when there is no such printer, or it is known beforehand that there will be no picture.
  package func hub(for id: PrinterID) async throws -> CameraHub {
    let way = try await fleet.cameraWay(of: id)
    guard !isStopped else { throw Fault(.serviceUnavailable, "The service is stopping.", retryAfter: 5) }
    switch way.kind {
    case .disconnected:
      throw Fault(.cameraUnavailable, "The printer is disconnected here, and so is its camera. Connect it first.")
    case .unknownModel:
      throw Fault(
        .cameraUnavailable,
        "Nobody knows what model this printer is, so its camera is not known either. Enter it in the printer's data.")
    case .jpeg, .rtsp, .switchedOff, .external: break
    }
    if let entry = entries[id] {
      await lead(id, entry, to: way)
      return entry.hub
    }
    return try open(id, way)
  }

  /// The hub where somebody has looked already.
  package func knownHub(for id: PrinterID) -> CameraHub? { entries[id]?.hub }

  private func open(_ id: PrinterID, _ way: CameraWay) throws -> CameraHub {
    let loop = try self.loop ?? PollLoop(name: "cameras")
    self.loop = loop
    let feed = feed
    let clock = clock
    let hub = CameraHub(
      loop: loop,
      surroundings: CameraHub.Surroundings(
        worker: worker, timings: timings, now: { clock.now }, timeOfDay: { Self.timeOfDay($0) }),
      changed: { feed.publish(.camera(id, $0)) }, makeSource: makeSource(id, way, loop))
    entries[id] = Entry(hub: hub, mark: way.mark)
    noteGlance(of: id)
    return hub
  }

  private func makeSource(_ id: PrinterID, _ way: CameraWay, _ loop: PollLoop) -> CameraHub.MakeSource {
    let sources = sources
    let clock = clock
    let serial = way.mark.serial
    return { [weak self] assembly in
      sources.make(way.kind, loop: loop, assembly: assembly, judgesDates: clock.isSet) { [weak self] verdict in
        guard verdict.isAccepted, let serial else { return }
        // Owned by nobody: one hop to the desk.
        Task { [weak self] in await self?.judged(verdict, serial, of: id) }
      }
    }
  }

  private func judged(_ verdict: TrustVerdict, _ serial: SerialNumber, of id: PrinterID) async {
    guard entries[id]?.mark.serial == serial else { return }
    entries[id]?.proven = verdict.fingerprint
    if case .firstUse(let key) = verdict { await fleet.pin(key, for: serial, of: id) }
  }

  // MARK: What becomes of the printers

  /// Called on whatever thread tells it: it must be quick.
  private nonisolated func heard(_ event: ServiceEvent) {
    switch event {
    case .printerState(let snapshot):
      let id = snapshot.identity.id
      let hasChanged = glances.withLock { glances in
        guard let known = glances[id], known != Glance(snapshot) else { return false }
        glances[id] = Glance(snapshot)
        return true
      }
      // Owned by nobody: a hop to the desk for each change.
      if hasChanged { Task { await self.refresh(id) } }
    case .printerRemoved(let id):
      Task { await self.close(id) }
    default: break
    }
  }

  private func noteGlance(of id: PrinterID) {
    guard let snapshot = fleet.view[id] else { return }
    glances.withLock { $0[id] = Glance(snapshot) }
  }

  private func refresh(_ id: PrinterID) async {
    guard entries[id] != nil else { return }
    guard let way = try? await fleet.cameraWay(of: id) else { return await close(id) }
    guard let entry = entries[id] else { return }
    await lead(id, entry, to: way)
  }

  private func lead(_ id: PrinterID, _ entry: Entry, to way: CameraWay) async {
    guard let loop, way.mark != entry.mark else { return }
    var before = entry.mark
    let pinIsOurs = way.mark.pin != nil && way.mark.pin == entry.proven
    if pinIsOurs || before.pin == way.mark.pin { before.pin = way.mark.pin }
    entries[id]?.mark = way.mark
    guard before != way.mark else { return }
    entries[id]?.proven = nil
    if case .disconnected = way.kind { await entry.hub.stopViewers() }
    await entry.hub.retarget(makeSource(id, way, loop))
  }

  private func close(_ id: PrinterID) async {
    glances.withLock { _ = $0.removeValue(forKey: id) }
    await entries.removeValue(forKey: id)?.hub.shutdown()
  }

  /// `14:05:12 UTC`.
  private static func timeOfDay(_ time: Timestamp) -> String { "\(time.description.dropFirst(11).prefix(8)) UTC" }
}
