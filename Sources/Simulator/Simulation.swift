import Glibc
import Model

/// Printers that are not there: real MQTT over TLS on loopback, print life cycles, and faults on demand.
///
/// Everything runs on one thread of its own; this handle may be used from anywhere. Its calls wait for that thread,
/// well under a millisecond. After `stop` they do nothing.
package final class Simulation: Sendable {
  /// In the order of the specifications.
  package let printers: [SimulatedPrinter]
  /// The test root that all good chains end in, in PEM.
  package let rootCertificate: [UInt8]
  /// The Unix socket that takes control lines.
  package let controlPath: String
  private let thread: SimulatorThread

  /// - Parameters:
  ///   - folder: is made; keys, the broker's files and the control socket go there.
  ///   - speed: simulated seconds a second; 60 is a minute a second.
  ///   - basePort: the first printer's MQTT port, ten ports further for each printer; 0 lets the system choose.
  ///   - loops: prints again and again.
  /// - Throws: `SimulatorError`, for example where mosquitto is missing.
  package static func start(
    folder: String, printers: [PrinterSpecification], speed: Double = 1, basePort: Int = 0, loops: Bool = false
  ) async throws -> Simulation {
    // A client that goes away must not end the process.
    signal(SIGPIPE, SIG_IGN)
    let settings = World.Settings(
      folder: folder, printers: printers, speed: speed, basePort: basePort, loops: loops)
    let thread = SimulatorThread()
    let (facts, root) = try await thread.start { poller in
      let world = try World(settings, poller: poller)
      let facts = world.devices.map { device in
        SimulatedPrinter.Facts(
          name: device.name, model: device.model, serial: device.serial, accessCode: device.accessCode,
          mqttPort: device.front.port, ftpsPort: device.card.port,
          cameraPort: device.camera.port, storage: device.card.folder)
      }
      return (world, (facts, world.authority.rootPEM))
    }
    var handles: [SimulatedPrinter] = []
    for (index, fact) in facts.enumerated() {
      handles.append(try SimulatedPrinter(index: index, facts: fact, thread: thread))
    }
    return Simulation(printers: handles, rootCertificate: root, controlPath: "\(folder)/control", thread: thread)
  }

  private init(printers: [SimulatedPrinter], rootCertificate: [UInt8], controlPath: String, thread: SimulatorThread) {
    self.printers = printers
    self.rootCertificate = rootCertificate
    self.controlPath = controlPath
    self.thread = thread
  }

  /// Writes the test root where a trust folder expects it.
  package func writeRootCertificate(to path: String) throws {
    try Files.write(rootCertificate, to: path)
  }

  /// Kills the broker: every printer's session ends, and new ones end after CONNECT.
  package func stopBroker() { thread.perform { $0.stopBroker() } }

  package func startBroker() throws {
    let result = thread.perform { world in Result { () throws(SimulatorError) in try world.startBroker() } }
    try result?.get()
  }

  /// Makes the printers known from now on; again with other settings ends what was.
  @discardableResult
  package func announce(_ settings: DiscoverySettings) throws -> DiscoveryPorts {
    let result = thread.perform { world in Result { () throws(SimulatorError) in try world.announce(settings) } }
    return try result?.get() ?? DiscoveryPorts()
  }

  /// The printers say goodbye and are quiet.
  package func endAnnouncements() { thread.perform { $0.endAnnouncements() } }

  /// Opens a simulated cloud with these printers bound to its account; it ends with the simulation.
  package func openCloud(port: UInt16, account: CloudStandAccount, manner: CloudStandManner) throws -> StandInCloud {
    let cloud = try StandInCloud(port: port, account: account, manner: manner)
    for printer in printers {
      cloud.bind(
        serial: printer.serial.text, name: printer.name, accessCode: printer.accessCode.secret, model: printer.model)
    }
    cloud.fillForDemo(devices: printers.map(\.serial.text))
    thread.perform { $0.cloud = cloud }
    return cloud
  }

  package func setSpeed(_ speed: Double) { thread.perform { $0.speed = speed } }

  /// One control line, as `layerberry-simulator` takes it; answers in words.
  package func command(_ line: String) -> String {
    thread.perform { ControlInterpreter.answer(line, in: $0) } ?? "error: the simulation has stopped"
  }

  /// Ends all connections and the broker; returns when they are gone.
  package func stop() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let taken = thread.submit { world in
        world.stop()
        continuation.resume()
      }
      if !taken { continuation.resume() }
    }
  }
}
