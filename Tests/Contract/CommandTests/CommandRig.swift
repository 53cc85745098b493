import Glibc
import Model
import Simulator
import Synchronization
import TestKit
import Wire

/// The service with simulated printers, and a subscriber that is not ours: `mosquitto_sub` on the simulation's broker,
/// which sees every request as the printer gets it.
final class CommandRig: Sendable {
  private static let subscriber = "/usr/bin/mosquitto_sub"
  private static let publisher = "/usr/bin/mosquitto_pub"
  static var isPossible: Bool { access(subscriber, X_OK) == 0 }

  let service: ServiceProcess
  let simulation: Simulation
  let printers: [SimulatedPrinter]
  /// By the order of the printers.
  let ids: [Int64]
  private let listener: ChildProcess
  private let keys: KeyChain

  /// A printer of each model, all of them connected and known.
  static func start(_ models: [PrinterModel], speed: Double = 20) async throws -> CommandRig {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(
      folder: "\(folder.path)/printers", printers: models.map { PrinterSpecification(model: $0) }, speed: speed)
    let port = try brokerPort(below: "\(folder.path)/printers")
    // A kept message for nobody: what the subscriber hears first, once it listens.
    let probe = "device/probe/request"
    let sender = try ChildProcess(publisher, ["-h", "127.0.0.1", "-p", port, "-r", "-t", probe, "-m", "{}"])
    guard try await sender.wait() == 0 else { throw TestKitError(sender.text) }
    let listener = try ChildProcess(
      subscriber, ["-h", "127.0.0.1", "-p", port, "-t", "device/+/request", "-q", "1", "-F", "%t %p"])
    _ = try await eventually(within: 10, "the subscriber listens") { listener.text.contains(probe) ? true : nil }
    let service = try await ServiceProcess.start(in: folder)
    let keys = KeyChain(service: service)
    var ids: [Int64] = []
    for printer in simulation.printers {
      let answer = try await keys.client(for: .control).send(
        "POST", "/api/v1/printers",
        json: [
          "name": .string(printer.name), "ip_address": "127.0.0.1", "serial_number": .string(printer.serial.text),
          "access_code": .string(printer.accessCode.secret.exposed), "model": .string(printer.model.rawValue),
          "mqtt_port": .int(Int64(printer.mqttPort.number)),
        ])
      guard answer.status == 201, case .int(let id)? = answer.json?["id"] else { throw TestKitError(answer.text) }
      ids.append(id)
    }
    let rig = CommandRig(service: service, simulation: simulation, ids: ids, listener: listener, keys: keys)
    for index in ids.indices {
      try await rig.wait(index, "it is known") {
        $0["state"]?.string == "idle" && $0["firmware"]?["version"]?.string != nil
      }
    }
    return rig
  }

  private init(
    service: ServiceProcess, simulation: Simulation, ids: [Int64], listener: ChildProcess, keys: KeyChain
  ) {
    self.service = service
    self.simulation = simulation
    self.ids = ids
    self.listener = listener
    self.keys = keys
    printers = simulation.printers
  }

  func stop() async throws {
    _ = try await service.stop()
    await simulation.stop()
  }

  /// What the simulation told its broker.
  private static func brokerPort(below folder: String) throws -> String {
    guard let file = fopen("\(folder)/mosquitto.conf", "r") else { throw TestKitError("no mosquitto.conf") }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, Int32(line.count), file) != nil else { throw TestKitError("mosquitto.conf is empty") }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(text.split(separator: " ")[1])
  }

  // MARK: Asking the service

  func post(_ index: Int, _ path: String, _ body: JSONValue? = nil) async throws -> HTTPClient.Answer {
    try await keys.client(for: .control).send("POST", "/api/v1/printers/\(ids[index])/\(path)", json: body)
  }

  /// With a body that need not be JSON.
  func post(
    _ index: Int, _ path: String, raw body: String, type: String = "application/json"
  ) async throws -> HTTPClient.Answer {
    try await keys.client(for: .control).send(
      "POST", "/api/v1/printers/\(ids[index])/\(path)", body: Array(body.utf8), headers: ["Content-Type": type])
  }

  func delete(_ index: Int) async throws -> HTTPClient.Answer {
    try await keys.client(for: .reading).send("DELETE", "/api/v1/printers/\(ids[index])")
  }

  func status(_ index: Int) async throws -> JSONValue {
    try await keys.client(for: .reading).get("/api/v1/printers/\(ids[index])/status").json ?? .null
  }

  /// Waits until the printer's status is so.
  @discardableResult
  func wait(_ index: Int, _ what: String, _ isSo: (JSONValue) -> Bool) async throws -> JSONValue {
    let clock = ContinuousClock()
    return try await eventually(within: 20, "\(printers[index].name): \(what)") { () -> JSONValue? in
      let status = try await status(index)
      if isSo(status) { return status }
      // Asked less often than the helper asks, for the sake of the limit on reading.
      try await clock.sleep(for: .milliseconds(50))
      return nil
    }
  }

  func key() async throws -> String { try await keys.key() }

  // MARK: What went over the broker

  /// What the subscriber has said, read once.
  private struct Heard {
    var bytes = 0
    /// By serial number.
    var commands: [Substring: [JSONValue]] = [:]
  }

  private let heard = Mutex(Heard())

  /// The commands for this printer so far; questions that only read are left out.
  func commands(_ index: Int) -> [JSONValue] {
    let text = Array(listener.text.utf8)
    return heard.withLock { heard in
      while let end = text[heard.bytes...].firstIndex(of: 0x0A) {
        let line = String(decoding: text[heard.bytes..<end], as: UTF8.self)
        heard.bytes = end + 1
        let words = line.split(separator: " ", maxSplits: 1)
        let topic = words[0].split(separator: "/")
        let message = try? JSONParser.parse(words[1].utf8, limits: .init(bytes: 1 << 16))
        guard topic.count == 3, let message, message["info"] == nil, message["pushing"] == nil else { continue }
        heard.commands[topic[1], default: []].append(message)
      }
      return heard.commands[Substring(printers[index].serial.text)] ?? []
    }
  }

  /// Waits for so many commands in all.
  func commands(_ index: Int, count: Int) async throws -> [JSONValue] {
    try await eventually(within: 5, "\(count) commands for \(printers[index].name)") { () -> [JSONValue]? in
      let found = commands(index)
      return found.count >= count ? found : nil
    }
  }
}

/// Fresh keys as they are used up, so that no limit stands in a table's way.
private actor KeyChain {
  /// What a key is used for, and how often (contract, section 4).
  enum Use: Int {
    case reading = 90
    case control = 9
  }

  private let service: ServiceProcess
  private var current: [Use: (client: HTTPClient, left: Int)] = [:]

  init(service: ServiceProcess) { self.service = service }

  func key() async throws -> String { try await service.key("read,control,admin") }

  func client(for use: Use) async throws -> HTTPClient {
    if let known = current[use], known.left > 0 {
      current[use]?.left -= 1
      return known.client
    }
    let fresh = HTTPClient(port: service.port, key: try await key())
    current[use] = (fresh, use.rawValue - 1)
    return fresh
  }
}

extension JSONValue {
  /// The message with its number taken out: `{"print":{"sequence_id":"<n>",…}}`.
  var withoutNumber: JSONValue {
    guard let members = object else { return self }
    return .object(
      members.mapValues { inner in
        guard var fields = inner.object, fields["sequence_id"] != nil else { return inner }
        fields["sequence_id"] = "<n>"
        return .object(fields)
      })
  }
}
