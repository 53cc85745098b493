import COpenSSL
import Glibc
import Model

/// All that is simulated, on one thread: the broker, the authority and the printers.
final class World {
  struct Settings: Sendable {
    var folder: String
    var printers: [PrinterSpecification]
    var speed: Double
    /// The first printer's MQTT port, the next ones follow; 0 lets the system choose.
    var basePort: Int
    var loops: Bool
  }

  private struct Waiter {
    let id: Int
    let isMet: (World) -> Bool
    let resume: (Bool) -> Void
  }

  /// Seconds between two looks at the machines.
  private static let tick = 0.1
  /// Ports that each printer may take from the base port on.
  static let portsAPrinter = 10

  let poller: Poller
  let authority: CertificateAuthority
  let broker: Broker
  private(set) var devices: [PrinterDevice] = []
  private(set) var isStopped = false
  var speed: Double
  /// The simulated cloud that control lines mean.
  var cloud: StandInCloud?
  private let folder: String
  private var link: BrokerLink?
  private var specifications: [PrinterSpecification] = []
  private var waiters: [Waiter] = []
  private var lastTick: Double
  private var control: ControlSocket?
  private var discovery: DiscoveryStand?

  init(_ settings: Settings, poller: Poller) throws {
    self.poller = poller
    speed = settings.speed
    folder = settings.folder
    lastTick = Poller.monotonicSeconds()
    try Files.makeFolder(settings.folder)
    try Files.makeFolder("\(settings.folder)/storage")
    authority = try CertificateAuthority(folder: "\(settings.folder)/certificates")
    try Files.write(authority.rootPEM, to: "\(settings.folder)/root.pem")
    broker = try Broker(folder: settings.folder)
    try broker.start()
    for (index, specification) in settings.printers.enumerated() {
      let port = settings.basePort == 0 ? 0 : settings.basePort + index * Self.portsAPrinter
      guard let port = UInt16(exactly: port) else { throw SimulatorError("the base port leaves no room") }
      try addPrinter(specification, number: index + 1, port: port, loops: settings.loops)
    }
    let link = BrokerLink(poller: poller) { [unowned self] request in receive(request) }
    try link.open(port: broker.port)
    self.link = link
    control = try ControlSocket(path: "\(settings.folder)/control", poller: poller) { [unowned self] line in
      ControlInterpreter.answer(line, in: self)
    }
    scheduleTick()
  }

  private func addPrinter(
    _ specification: PrinterSpecification, number: Int, port: UInt16, loops: Bool
  ) throws {
    let recording = try specification.recording.map { try Recording.load($0) }
    let model = recording?.model ?? specification.model
    let serial =
      specification.serial?.text ?? recording?.serial ?? ModelTraits.serial(model, number: number)
    let code = specification.accessCode?.secret.exposed ?? String(10_000_000 + (number * 7_654_321) % 89_999_999)
    guard !devices.contains(where: { $0.serial == serial }) else {
      throw SimulatorError("two printers have the serial number \(serial)")
    }
    let identity = try authority.identity(serial: serial, variant: specification.certificate)
    let context = try TLSServerContext(identity: identity, allowsTLS13: specification.allowsTLS13)
    let card = try PrinterCard(
      folder: "\(folder)/storage/\(serial)", accessCode: code, port: port == 0 ? 0 : port + 1, identity: identity)
    var machine = MachineState(model: model, serial: serial)
    machine.liveView = specification.camera.liveView
    let name = specification.name ?? "\(model.displayName) \(number)"
    let camera = try CameraPort(
      kind: model.camera, port: port == 0 ? 0 : port + 2, accessCode: code, context: context,
      settings: specification.camera, scene: CameraScene(name: name, machine: machine), poller: poller)
    let index = devices.count
    let front = try TLSFront(
      serial: serial, accessCode: code, port: port, dropsRequestSubscribers: model.reportsOnlyChanges,
      context: context, brokerPort: broker.port, poller: poller,
      events: .init(
        opened: { [unowned self] in devices[index].counters.connectionsEver += 1 },
        connected: { [unowned self] in devices[index].counters.sessionsEver += 1 },
        refused: { [unowned self] in devices[index].counters.refused += 1 },
        subscribed: { [unowned self] in devices[index].counters.subscriptionsEver += 1 },
        requested: { [unowned self] atLeastOnce in
          if !atLeastOnce { devices[index].counters.commandsAtMostOnce += 1 }
        }))
    let device = PrinterDevice(
      name: name, machine: machine, front: front, card: card, camera: camera, poller: poller, seed: UInt64(number)
    ) { [unowned self] topic, payload in link?.publish(topic: topic, payload: payload) ?? false }
    device.recording = recording
    device.loops = loops && recording == nil
    devices.append(device)
    specifications.append(specification)
  }

  private func receive(_ request: PublishFields) {
    let parts = request.topic.split(separator: "/")
    guard parts.count == 3 else { return }
    devices.first { $0.serial == parts[1] }?.receive(request.payload)
  }

  private func scheduleTick() {
    poller.after(Self.tick) { [weak self] in
      guard let self, !isStopped else { return }
      let now = Poller.monotonicSeconds()
      // A machine that slept does not catch up on hours at once.
      let elapsed = min(now - lastTick, 1) * speed
      lastTick = now
      for device in devices { device.advance(by: elapsed, now: now) }
      scheduleTick()
    }
  }

  // MARK: The broker's life

  func stopBroker() {
    link?.close()
    broker.stop()
    for device in devices { device.front.dropAll() }
  }

  func startBroker() throws(SimulatorError) {
    try broker.start()
    try link?.open(port: broker.port)
  }

  /// For the camera's port alone.
  func useForCamera(_ variant: CertificateVariant, at index: Int) throws(SimulatorError) {
    let identity = try authority.identity(serial: devices[index].serial, variant: variant)
    devices[index].camera.state.context = try TLSServerContext(
      identity: identity, allowsTLS13: specifications[index].allowsTLS13)
    devices[index].camera.state.dropAll()
  }

  func use(_ variant: CertificateVariant, at index: Int) throws(SimulatorError) {
    let identity = try authority.identity(serial: devices[index].serial, variant: variant)
    devices[index].front.use(
      try TLSServerContext(identity: identity, allowsTLS13: specifications[index].allowsTLS13))
  }

  func announce(_ settings: DiscoverySettings) throws(SimulatorError) -> DiscoveryPorts {
    endAnnouncements()
    // The first printer's certificate: printers show the same on all ports.
    var context: TLSServerContext?
    if settings.secureBindPort != nil, let first = devices.first, let specification = specifications.first {
      context = try TLSServerContext(
        identity: authority.identity(serial: first.serial, variant: specification.certificate),
        allowsTLS13: specification.allowsTLS13)
    }
    let stand = try DiscoveryStand(settings, poller: poller, context: context) { [unowned self] in devices }
    discovery = stand
    return stand.ports
  }

  func endAnnouncements() {
    discovery?.close()
    discovery = nil
  }

  func stop() {
    guard !isStopped else { return }
    isStopped = true
    endAnnouncements()
    cloud?.stop()
    control?.close()
    for device in devices {
      device.front.close()
      device.card.powerOff()
      device.camera.powerOff()
    }
    link?.close()
    broker.stop()
  }

  // MARK: Waiting for something to happen

  /// Answers true once the condition holds, false after so many seconds.
  func wait(for seconds: Double, until isMet: @escaping (World) -> Bool, resume: @escaping (Bool) -> Void) {
    if isMet(self) { return resume(true) }
    let id = poller.after(seconds) { [weak self] in self?.giveUp() }
    waiters.append(Waiter(id: id, isMet: isMet, resume: resume))
    deadlines[id] = Poller.monotonicSeconds() + seconds
  }

  private var deadlines: [Int: Double] = [:]

  private func giveUp() { checkWaiters(now: Poller.monotonicSeconds()) }

  /// After each pass: who waited for this, and who waited too long.
  func afterPass(now: Double) { checkWaiters(now: now) }

  private func checkWaiters(now: Double) {
    guard !waiters.isEmpty else { return }
    let waiting = waiters
    waiters = []
    for waiter in waiting {
      let met = waiter.isMet(self)
      guard met || now >= deadlines[waiter.id, default: 0] else {
        waiters.append(waiter)
        continue
      }
      poller.cancel(waiter.id)
      deadlines[waiter.id] = nil
      waiter.resume(met)
    }
  }
}
