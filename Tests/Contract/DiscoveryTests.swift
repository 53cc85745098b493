import Model
import Simulator
import TestKit
import Testing
import Wire

@Suite("GET /printers/discover", .serialized)
struct DiscoveryTests {
  private func running(_ body: (Simulation, ServiceProcess) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(
      folder: "\(folder.path)/simulator",
      printers: [PrinterSpecification(model: .p1s, name: "Workshop", serial: try SerialNumber(Self.freshSerial()))])
    do {
      // The group on loopback: everybody on this machine who shares the port hears it.
      var settings = DiscoverySettings()
      settings.destination = "239.255.255.250"
      settings.seconds = 0.3
      try simulation.announce(settings)
      let service = try await ServiceProcess.start(in: folder)
      try await body(simulation, service)
      _ = try await service.stop()
    } catch {
      await simulation.stop()
      throw error
    }
    await simulation.stop()
  }

  /// Other tests on this machine announce printers too.
  private static func freshSerial() -> String { "01P00A\(Int.random(in: 100_000_000...999_999_999))" }

  private func found(_ serial: SerialNumber, _ client: HTTPClient) async throws -> JSONValue {
    try await eventually(within: 15, "\(serial) is found") {
      try client.get("/api/v1/printers/discover?wait=0").json?.array?.first {
        $0["serial_number"]?.string == serial.text
      }
    }
  }

  @Test("shows who announced itself, and marks who is new")
  func marksNew() async throws {
    try await running { simulation, service in
      let printer = simulation.printers[0]
      let client = try await service.client()
      var row = try await found(printer.serial, client)
      #expect(row["name"] == "Workshop" && row["model"] == "P1S" && row["model_code"] == "P1S")
      #expect(row["ip_address"] == "127.0.0.1" && row["firmware"] == "01.07.00.00" && row["signal"] == -44)
      #expect(row["connection"] == "lan" && row["bind"] == "free")
      #expect(row["new"] == true && row["printer_id"] == .null && row["last_seen"]?.string != nil)
      let added = try client.send(
        "POST", "/api/v1/printers",
        json: [
          "name": "Mine", "ip_address": "127.0.0.1", "serial_number": .string(printer.serial.text),
          "access_code": .string(printer.accessCode.secret.exposed),
          "mqtt_port": .int(Int64(printer.mqttPort.number)),
        ])
      #expect(added.status == 201)
      row = try await found(printer.serial, client)
      #expect(row["new"] == false && row["printer_id"] == added.json?["id"])
    }
  }

  @Test("is for admins, and says what is wrong with a question")
  func refuses() async throws {
    try await running { _, service in
      let reader = try await service.client("read")
      #expect(try reader.get("/api/v1/printers/discover?wait=0").status == 403)
      let client = try await service.client()
      for question in ["wait=11", "wait=-1", "wait=x", "address=http://10.0.0.1", "address=224.0.0.1", "address="] {
        #expect(try client.get("/api/v1/printers/discover?\(question)").status == 400, "\(question)")
      }
      let answer = try client.get("/api/v1/printers/discover?address=127.0.0.77")
      #expect(answer.status == 200 && answer.json == [])
    }
  }

  @Test("has a command that needs no service")
  func command() async throws {
    try await running { simulation, service in
      let output = try await service.run(["printer", "discover", "--seconds", "2", "--json"])
      let rows = try JSONParser.parse(output.utf8, limits: .init(bytes: 1 << 20)).array ?? []
      let serial = simulation.printers[0].serial.text
      #expect(rows.contains { $0["serial_number"]?.string == serial && $0["name"] == "Workshop" })
    }
  }
}
