import Glibc
import Model
import Simulator
import Synchronization
import TestKit
import Testing
import Wire

/// Smart plugs as a person and a program meet them, on the virtual board's relays (contract, section 5, "Smart plugs").
@Suite("Smart plugs", .serialized) struct PlugTests {
  private static let p1s = PrinterSpecification(model: .p1s)

  private static func plug(_ relay: Int, _ printer: Int64?, _ changes: [String: JSONValue] = [:]) -> JSONValue {
    let standard: [String: JSONValue] = [
      "name": "Power", "type": "gpio", "relay": .string("relay\(relay)"),
      "printer_id": printer.map { .int($0) } ?? .null,
    ]
    return .object(standard.merging(changes) { $1 })
  }

  @discardableResult
  private static func add(_ client: HTTPClient, _ plug: JSONValue) throws -> Int64 {
    let answer = try client.send("POST", "/api/v1/smart-plugs", json: plug)
    guard answer.status == 201, let id = answer.json?["id"]?.whole else {
      throw TestKitError("not added: \(answer.text)")
    }
    #expect(answer.headers["location"] == "/api/v1/smart-plugs/\(id)")
    return id
  }

  private static func state(_ client: HTTPClient, _ id: Int64) throws -> String? {
    try client.get("/api/v1/smart-plugs/\(id)/status").json?["state"]?.string
  }

  @Test("A plug without a printer is added, switched, shown, changed and deleted, and each switching is told")
  func life() async throws {
    try await Stage.play([]) { stage in
      let client = stage.client
      #expect(try client.get("/api/v1/smart-plugs").json == [])
      let id = try Self.add(client, Self.plug(1, nil))
      let path = "/api/v1/smart-plugs/\(id)"
      let watch = try stage.watch()
      let on = try client.send("POST", "\(path)/on")
      #expect(on.status == 200 && on.json?["state"] == "on" && on.json?["reachable"] == true)
      let told = try watch.next { $0["type"] == "plug_state" }
      #expect(told["payload"]?["plug_id"] == .int(id) && told["payload"]?["state"] == "on")
      #expect(told["printer_id"] == .null)
      #expect(try client.send("POST", "\(path)/toggle").json?["state"] == "off")
      #expect(try client.send("POST", "\(path)/toggle", json: ["force": false]).json?["state"] == "on")
      #expect(try client.send("POST", "\(path)/off", json: [:]).json?["state"] == "off")
      let shown = try #require(try client.get(path).json)
      #expect(shown["auto_on"] == true && shown["auto_off"] == false && shown["auto_off_delay"] == 300)
      #expect(shown["token"] == ["set": false] && shown["feeds_printer"] == true && shown["enabled"] == true)
      // The envelope of the early API.
      let enveloped = try client.get(path, headers: ["X-Response-Format": "envelope"]).json
      #expect(enveloped?["success"] == true && enveloped?["data"]?["id"] == .int(id))
      for method in ["PATCH", "PUT"] {
        #expect(try client.send(method, path, json: ["name": "Lamp", "enabled": false]).json?["name"] == "Lamp")
      }
      #expect(try client.send("POST", "\(path)/on").status == 409)
      #expect(try client.get("\(path)/status").json?["reason"] == "disabled")
      #expect(try client.send("DELETE", path).json == ["deleted": true, "id": .int(id)])
      for target in [path, "\(path)/status", "/api/v1/smart-plugs/none"] {
        let answer = try client.get(target)
        #expect(answer.status == 404 && answer.json?["code"] == "PLUG_NOT_FOUND")
      }
    }
  }

  @Test("Off is refused while the printer prints and while it is silent after that; force works, and is logged")
  func printingAndSilent() async throws {
    try await Stage.play([Self.p1s], speed: 30) { stage in
      let client = stage.client
      let printer = try stage.add(stage.printers[0])
      let id = try Self.add(client, Self.plug(1, printer))
      let path = "/api/v1/smart-plugs/\(id)"
      try await stage.status(printer, is: "idle")
      #expect(try stage.printer(printer)["plug_id"] == .int(id))
      #expect(try stage.printer(printer)["plug_ids"] == [.int(id)])
      #expect(try client.send("POST", "\(path)/on").status == 200)
      stage.printers[0].startPrint(name: "Bracket", layers: 200, minutes: 6000)
      try await stage.status(printer, within: 60, is: "printing")
      let refusals: [(String, String, JSONValue?)] = [
        ("POST", "\(path)/off", nil), ("POST", "\(path)/toggle", ["force": false]),
        ("POST", "\(path)/off?force=true", nil),
        ("PATCH", path, ["enabled": false]), ("PATCH", path, ["printer_id": .null]), ("PUT", path, ["relay": "relay2"]),
        ("PATCH", path, ["feeds_printer": false]), ("DELETE", path, nil),
      ]
      for (method, target, body) in refusals {
        let answer = try client.send(method, target, json: body)
        #expect(answer.status == 409 && answer.json?["code"] == "CONFLICT", "\(method) \(target): \(answer.text)")
        #expect(answer.json?["detail"]?.string?.contains("prints") == true, "\(answer.text)")
      }
      #expect(try client.send("PATCH", path, json: ["name": "Renamed", "auto_off_delay": 10]).status == 200)
      #expect(try Self.state(client, id) == "on")
      stage.printers[0].powerOff()
      try await stage.status(printer, is: "offline")
      let silent = try client.send("POST", "\(path)/off")
      #expect(silent.status == 409 && silent.json?["detail"]?.string?.contains("fell silent") == true, "\(silent.text)")
      #expect(try client.send("DELETE", "/api/v1/printers/\(printer)").status == 409)

      // A restart forgets neither.
      #expect(try await stage.service.stop() == 0)
      let again = try await ServiceProcess.start(in: stage.service.folder)
      let second = try await again.client()
      #expect(try second.send("POST", "\(path)/off").status == 409)
      let control = try await again.client("read,control")
      let forced = try control.send("POST", "\(path)/off", json: ["force": true])
      #expect(forced.status == 200 && forced.json?["state"] == "off", "\(forced.text)")
      try await eventually(within: 5, "it is logged with who sent it") { () -> Bool? in
        again.process.text.contains("cut by force") && again.process.text.contains("by=\"key ") ? true : nil
      }
      #expect(try await again.stop() == 0)
    }
  }

  @Test("A hot nozzle and a drying keep the power on, by the setting plug.safe_temperature")
  func hotAndDrying() async throws {
    try await Stage.play([PrinterSpecification(model: .h2d)], speed: 20) { stage in
      let client = stage.client
      let printer = try stage.add(stage.printers[0])
      let id = try Self.add(client, Self.plug(2, printer))
      let off = "/api/v1/smart-plugs/\(id)/off"
      try await stage.status(printer, is: "idle")
      #expect(try client.send("POST", "/api/v1/printers/\(printer)/temperature", json: ["nozzle": 90]).status == 200)
      try await stage.status(printer, within: 30, "it is hot") { ($0["temperatures"]?["nozzle"]?.number ?? 0) > 80 }
      let refusal = try client.send("POST", off)
      #expect(refusal.status == 409 && refusal.json?["detail"]?.string?.contains("°C") == true, "\(refusal.text)")
      #expect(try client.send("PATCH", "/api/v1/settings", json: ["plug.safe_temperature": 100]).status == 200)
      #expect(try client.send("POST", off).status == 200)
    }
  }

  @Test(
    "After the print it goes off by itself once the delay is over and the nozzle is cool; it says what it waits for")
  func autoOff() async throws {
    try await Stage.play([Self.p1s], speed: 60) { stage in
      let client = stage.client
      let printer = try stage.add(stage.printers[0])
      let id = try Self.add(
        client,
        Self.plug(1, printer, ["auto_off": true, "auto_off_delay": 1, "auto_off_temperature": 45]))
      #expect(try client.send("POST", "/api/v1/smart-plugs/\(id)/on").status == 200)
      // What does not feed it goes with the print.
      let lamp = try Self.add(client, Self.plug(2, printer, ["feeds_printer": false]))
      try await stage.status(printer, is: "idle")
      stage.printers[0].startPrint(name: "Bracket", layers: 4, minutes: 6)
      try await stage.status(printer, within: 30, is: "printing")
      try await eventually(within: 10, "the lamp is on") { () -> Bool? in
        try Self.state(client, lamp) == "on" ? true : nil
      }
      try await stage.status(printer, within: 60, is: "finished")
      let reason = try await eventually(within: 10, "it says why it waits") { () -> String? in
        try client.get("/api/v1/smart-plugs/\(id)/status").json?["reason"]?.string
      }
      #expect(reason.contains("nozzle") && reason.contains("°C"), "\(reason)")
      #expect(try Self.state(client, id) == "on")
      try await eventually(within: 60, "it is off") { () -> Bool? in try Self.state(client, id) == "off" ? true : nil }
      let nozzle = try #require(try stage.status(printer)["temperatures"]?["nozzle"]?.number)
      #expect(nozzle <= 45)
      #expect(try Self.state(client, lamp) == "on")
    }
  }

  @Test("The timer of one print dies with the start of the next")
  func nextPrint() async throws {
    try await Stage.play([Self.p1s], speed: 60) { stage in
      let client = stage.client
      let printer = try stage.add(stage.printers[0])
      let id = try Self.add(
        client, Self.plug(1, printer, ["auto_off": true, "auto_off_delay": 600, "auto_off_temperature": 150]))
      #expect(try client.send("POST", "/api/v1/smart-plugs/\(id)/on").status == 200)
      try await stage.status(printer, is: "idle")
      stage.printers[0].startPrint(name: "One", layers: 2, minutes: 3)
      try await stage.status(printer, within: 60, is: "finished")
      let path = "/api/v1/smart-plugs/\(id)"
      try await eventually(within: 10, "the timer runs") { () -> Bool? in
        try client.get("\(path)/status").json?["reason"]?.string?.hasPrefix("off in") == true ? true : nil
      }
      stage.printers[0].startPrint(name: "Two", layers: 200, minutes: 6000, id: "700101")
      try await stage.status(printer, within: 60, is: "printing")
      try await eventually(within: 10, "the timer is gone") { () -> Bool? in
        try client.get("\(path)/status").json?["reason"] == .null ? true : nil
      }
      #expect(try client.send("PATCH", path, json: ["auto_off_delay": 0]).status == 200)
      #expect(try Self.state(client, id) == "on")
    }
  }

  @Test("A kill of the service leaves the relay on, and the timer where it was")
  func kill() async throws {
    try await Stage.play([Self.p1s], speed: 60) { stage in
      let printer = try stage.add(stage.printers[0])
      let id = try Self.add(
        stage.client, Self.plug(1, printer, ["auto_off": true, "auto_off_delay": 3000, "auto_off_temperature": 150]))
      let path = "/api/v1/smart-plugs/\(id)"
      #expect(try stage.client.send("POST", "\(path)/on").status == 200)
      try await stage.status(printer, is: "idle")
      stage.printers[0].startPrint(name: "One", layers: 2, minutes: 3)
      try await stage.status(printer, within: 60, is: "finished")
      try await eventually(within: 10, "the timer runs") { () -> Bool? in
        try stage.client.get("\(path)/status").json?["reason"]?.string?.hasPrefix("off in") == true ? true : nil
      }
      stage.service.process.signal(SIGKILL)
      _ = try await stage.service.process.wait()
      let again = try await ServiceProcess.start(in: stage.service.folder)
      let client = try await again.client()
      try await eventually(within: 10, "it is on, and waits as before") { () -> Bool? in
        let status = try client.get("\(path)/status").json
        return status?["state"] == "on" && status?["reason"]?.string?.hasPrefix("off in") == true ? true : nil
      }
      #expect(try await again.stop() == 0)
    }
  }

  @Test("A key for some printers sees their plugs and those that are nobody's, and switches with control only")
  func keys() async throws {
    try await Stage.play([]) { stage in
      let client = stage.client
      let numbers = try (1...2).map { number -> Int64 in
        let answer = try client.send(
          "POST", "/api/v1/printers",
          json: [
            "name": "P", "ip_address": "192.0.2.1", "serial_number": .string("01P00A00000000\(number)"),
            "access_code": "12345678", "enabled": false,
          ])
        return try #require(answer.json?["id"]?.whole)
      }
      let mine = try Self.add(client, Self.plug(1, numbers[0]))
      let other = try Self.add(client, Self.plug(2, numbers[1]))
      let shared = try Self.add(client, Self.plug(3, nil))
      let key = try await stage.service.client("read,control", printers: "\(numbers[0])")
      let seen = try #require(try key.get("/api/v1/smart-plugs").json?.array)
      #expect(seen.compactMap { $0["id"]?.whole } == [mine, shared])
      #expect(try key.get("/api/v1/smart-plugs/\(other)").status == 404)
      #expect(try key.send("POST", "/api/v1/smart-plugs/\(other)/on").status == 404)
      #expect(try key.send("POST", "/api/v1/smart-plugs/\(mine)/on").status == 200)
      #expect(try key.send("POST", "/api/v1/smart-plugs", json: Self.plug(4, nil)).status == 403)
      #expect(try key.send("DELETE", "/api/v1/smart-plugs/\(mine)").status == 403)
      let reader = try await stage.service.client("read")
      #expect(try reader.send("POST", "/api/v1/smart-plugs/\(mine)/on").status == 403)
      #expect(try client.send("POST", "/api/v1/smart-plugs", json: Self.plug(4, numbers[0])).status == 409)
      #expect(try client.send("POST", "/api/v1/smart-plugs", json: Self.plug(1, nil)).status == 409)
      #expect(try client.send("DELETE", "/api/v1/printers/\(numbers[0])").status == 200)
      #expect(try client.get("/api/v1/smart-plugs/\(mine)").json?["printer_id"] == .null)
    }
  }

  @Test("A plug of the network that is not there can be added; switching it is PLUG_OFFLINE")
  func absent() async throws {
    try await Stage.play([]) { stage in
      let port = try ServiceProcess.freePort()
      let body: JSONValue = [
        "name": "T", "type": "tasmota", "address": .string("127.0.0.1:\(port)"), "password": "geheim",
      ]
      let id = try Self.add(stage.client, body)
      let path = "/api/v1/smart-plugs/\(id)"
      let shown = try stage.client.get(path)
      #expect(shown.json?["password"] == ["set": true] && !shown.text.contains("geheim"))
      let answer = try stage.client.send("POST", "\(path)/on")
      #expect(answer.status == 502 && answer.json?["code"] == "PLUG_OFFLINE")
      let status = try stage.client.get("\(path)/status")
      #expect(status.status == 200 && status.json?["state"] == "unknown" && status.json?["reachable"] == false)
      // Secrets are kept by what reading gives, and cleared by null.
      #expect(
        try stage.client.send("PATCH", path, json: ["password": ["set": true]]).json?["password"] == ["set": true])
      #expect(try stage.client.send("PATCH", path, json: ["password": .null]).json?["password"] == ["set": false])
      // Our own service is no plug.
      let own = try stage.client.send("PATCH", path, json: ["address": .string("127.0.0.1:\(stage.service.port)")])
      #expect(own.status == 400 && own.text.contains("address"))
    }
  }

  @Test("What is no plug is a 400 that names the field")
  func badInput() async throws {
    try await Stage.play([]) { stage in
      let good: [String: JSONValue] = ["name": "P", "type": "gpio", "relay": "relay1"]
      let table: [(String, [JSONValue])] = [
        ("name", [.null, "", 7]), ("type", [.null, "zigbee", 1]), ("relay", [.null, "", "relay99", 1]),
        ("printer_id", ["1", 0, 99, 1.5]), ("feeds_printer", ["yes", 1]), ("enabled", [0]), ("auto_on", ["x"]),
        ("auto_off", [2]), ("auto_off_delay", [-1, 86_401, "60", 0.5]), ("auto_off_temperature", [24, 151, "50"]),
        ("password", [7, "a\nb"]), ("options", ["x", 1]),
        ("options.channel", [["channel": 32], ["channel": "1"]]), ("options.method", [["method": "BREW"]]),
        ("options.on_path", [["on_path": "on"]]), ("options.state_topic", [["state_topic": "a/#"]]),
        ("options.entity_id", [["entity_id": "Switch.X"]]),
      ]
      for (field, values) in table {
        for value in values {
          let name = field.hasPrefix("options") ? "options" : field
          let answer = try stage.client.send(
            "POST", "/api/v1/smart-plugs", json: .object(good.merging([name: value]) { $1 }))
          #expect(answer.status == 400, "\(field) \(value): \(answer.status) \(answer.text)")
          #expect(
            answer.json?["errors"]?.array?.contains { $0["field"]?.string == field } == true, "\(field): \(answer.text)"
          )
        }
      }
      let lacking: [(JSONValue, String)] = [
        (["name": "P", "type": "gpio"], "relay"), (["name": "P", "type": "http"], "address"),
        (["name": "P", "type": "home_assistant", "address": "10.0.0.1"], "options.entity_id"),
        (["name": "P", "type": "mqtt", "address": "10.0.0.1"], "options.command_topic"),
        (["name": "P", "type": "shelly", "address": "http://239.0.0.1"], "address"),
      ]
      for (body, field) in lacking {
        let answer = try stage.client.send("POST", "/api/v1/smart-plugs", json: body)
        #expect(
          answer.status == 400 && answer.json?["errors"]?.array?.first?["field"]?.string == field, "\(answer.text)")
      }
      #expect(try stage.client.get("/api/v1/smart-plugs").json == [])
      let id = try Self.add(stage.client, .object(good))
      for body in [["force": "yes"], ["force": 1]] as [JSONValue] {
        let answer = try stage.client.send("POST", "/api/v1/smart-plugs/\(id)/off", json: body)
        #expect(answer.status == 400 && answer.text.contains("force"))
      }
    }
  }

  @Test("While a slow plug cuts the power, nothing that works is begun; when it is done, or has failed, it is again")
  func slowCut() async throws {
    let isHeld = Mutex(true)
    let isOn = Mutex(true)
    let plug = try StandInServer { request in
      switch request.path {
      case "/off":
        // As slow as some plugs are.
        while isHeld.withLock({ $0 }) { usleep(20_000) }
        isOn.withLock { $0 = false }
      case "/on": isOn.withLock { $0 = true }
      default: break
      }
      return .json(200, #"{"state":"\#(isOn.withLock { $0 } ? "on" : "off")"}"#)
    }
    defer { isHeld.withLock { $0 = false } }
    try await Stage.play([Self.p1s], speed: 30) { stage in
      let client = stage.client
      let printer = try stage.add(stage.printers[0])
      try await stage.status(printer, is: "idle")
      let id = try Self.add(
        client,
        [
          "name": "Slow", "type": "http", "address": .string(plug.url), "printer_id": .int(printer),
          "options": ["on_path": "/on", "off_path": "/off", "status_path": "/status", "state_key": "state"],
        ])
      let port = stage.service.port
      let key = client.key
      let cut = Task.detached { try HTTPClient(port: port, key: key).send("POST", "/api/v1/smart-plugs/\(id)/off") }
      try await eventually(within: 10, "the plug is asked") {
        plug.requests.contains { $0.path == "/off" } ? true : nil
      }
      for (path, body) in [
        ("home", nil), ("calibrate", ["options": ["bed_leveling"]]), ("temperature", ["bed": 60]),
        ("print", ["path": "/nothing.gcode"]),
      ] as [(String, JSONValue?)] {
        let refused = try client.send("POST", "/api/v1/printers/\(printer)/\(path)", json: body)
        #expect(refused.status == 409 && refused.text.contains("being cut"), "\(path): \(refused.text)")
      }
      isHeld.withLock { $0 = false }
      #expect(try await cut.value.status == 200)
      #expect(try client.send("POST", "/api/v1/printers/\(printer)/temperature", json: ["bed": 40]).status == 200)
    }
  }
}
