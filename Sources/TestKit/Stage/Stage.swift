import Model
package import Simulator
package import Wire

/// The built service with simulated printers before it: what black-box tests play on.
package struct Stage: Sendable {
  package let service: ServiceProcess
  package let simulation: Simulation
  /// May do everything.
  package let client: HTTPClient

  package var printers: [SimulatedPrinter] { simulation.printers }

  /// A stage whose clearing away is the caller's: for plays in which the service is killed.
  package init(service: ServiceProcess, simulation: Simulation, client: HTTPClient) {
    self.service = service
    self.simulation = simulation
    self.client = client
  }

  /// Sets the stage, plays, and clears it away whatever happened.
  /// - Parameters:
  ///   - trustsRoot: the printers' CA lies in the trust folder, so that their certificates are verified rather than
  ///     pinned.
  ///   - speed: simulated seconds a second.
  package static func play(
    _ printers: [PrinterSpecification], trustsRoot: Bool = false, speed: Double = 1, arguments: [String] = [],
    environment: [String: String] = [:], _ body: (Stage) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(folder: "\(folder.path)/simulator", printers: printers, speed: speed)
    do {
      if trustsRoot {
        try folder.makeFolder("data")
        try folder.makeFolder("data/trust")
        try simulation.writeRootCertificate(to: "\(folder.path)/data/trust/root.pem")
      }
      let service = try await ServiceProcess.start(in: folder, arguments: arguments, environment: environment)
      let stage = Stage(service: service, simulation: simulation, client: try await service.client())
      try await body(stage)
      _ = try await service.stop()
    } catch {
      await simulation.stop()
      throw error
    }
    await simulation.stop()
  }

  /// What a person enters to add this printer.
  package static func entry(_ printer: SimulatedPrinter, name: String? = nil) -> JSONValue {
    [
      "name": .string(name ?? printer.name), "ip_address": "127.0.0.1", "serial_number": .string(printer.serial.text),
      "access_code": .string(printer.accessCode.secret.exposed), "mqtt_port": .int(Int64(printer.mqttPort.number)),
      "ftps_port": .int(Int64(printer.ftpsPort.number)),
      "camera_port": .int(Int64(printer.cameraPort.number)),
    ]
  }

  /// Adds a printer; its number.
  @discardableResult
  package func add(_ printer: SimulatedPrinter, changing changes: [String: JSONValue] = [:]) throws -> Int64 {
    let entry = (Self.entry(printer).object ?? [:]).merging(changes) { $1 }
    let answer = try client.send("POST", "/api/v1/printers", json: .object(entry))
    guard answer.status == 201, case .int(let id)? = answer.json?["id"] else {
      throw TestKitError("not added: \(answer.status) \(answer.text)")
    }
    return id
  }

  package func status(_ id: Int64) throws -> JSONValue {
    guard let json = try client.get("/api/v1/printers/\(id)/status").json else { throw TestKitError("no status") }
    return json
  }

  package func printer(_ id: Int64) throws -> JSONValue {
    guard let json = try client.get("/api/v1/printers/\(id)").json else { throw TestKitError("no printer") }
    return json
  }

  /// The status once it fits.
  @discardableResult
  package func status(
    _ id: Int64, within seconds: Double = 15, _ what: String, where fits: (JSONValue) -> Bool
  ) async throws -> JSONValue {
    var last = JSONValue.null
    do {
      // Spelled out: a bare nil would be the JSON value null.
      return try await eventually(within: seconds, what) { () -> JSONValue? in
        last = try status(id)
        return fits(last) ? .some(last) : .none
      }
    } catch let error as TestKitError {
      let shown = ["state", "error", "connected", "last_state"].map { "\($0)=\(last[$0] ?? .null)" }
      throw TestKitError("\(error.description); the status is \(shown.joined(separator: " "))")
    }
  }

  /// The status once the printer is in this state.
  @discardableResult
  package func status(_ id: Int64, within seconds: Double = 15, is state: String) async throws -> JSONValue {
    try await status(id, within: seconds, "printer \(id) is \(state)") { $0["state"]?.string == state }
  }

  /// A WebSocket that hears everything from now on; what it is told on connect is passed over.
  package func watch() throws -> WebSocketClient {
    let socket = try WebSocketClient(port: service.port, key: client.key ?? "")
    try socket.send(["type": "ping"])
    _ = try socket.next { $0["type"] == "pong" }
    return socket
  }
}

extension SimulatedPrinter {
  /// Publishes a report that changes nothing but the signal, so that all before it is known to be taken when it shows.
  package func publishMark(_ signal: Int) {
    publish(["print": ["command": "push_status", "msg": 1, "wifi_signal": .string("\(signal)dBm")]] as JSONValue)
  }
}
