import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// Publishing to the user's own MQTT broker, as Home Assistant meets it (contract, section 5: `mqtt.publish.*`).
@Suite("MQTT publishing", .enabled(if: StandInBroker.isPossible), .serialized, .timeLimit(.minutes(3)))
struct PublishTests {
  @Test("A printer and the board appear with availability and state, follow the print, and go when it is deleted")
  func life() async throws {
    try await PublishRig.play { rig in
      let listener = try rig.broker.listen()
      let state = rig.config("sensor", "state")
      try await listener.wait("it appears") { values in
        values[state] != nil && values["\(rig.base)/state"] != nil && values["layerberry/board/state"] != nil
          && values["\(rig.base)/availability"] == "online" && values["layerberry/status"] == "online"
      }
      let message = PublishRig.json(listener.values[state])
      #expect(message["state_topic"] == .string("\(rig.base)/state"))
      #expect(message["device"]?["serial_number"] == .string(rig.printer.serial.text))
      #expect(listener.values[rig.config("sensor", "printers_connected", of: "board")] != nil)
      #expect(listener.values[rig.config("button", "pause")] == nil)
      let values = PublishRig.json(listener.values["\(rig.base)/state"])
      #expect(values["state"] == "idle" && values["connected"] == true && values["problem"] == false)
      #expect(values["chamber"] == .null)

      rig.printer.startPrint(name: "Bracket", layers: 50, minutes: 600)
      try await listener.wait("it prints") { values in
        let now = PublishRig.json(values["\(rig.base)/state"])
        return now["state"] == "printing" && now["task_name"] == "Bracket" && (now["nozzle_target"]?.whole ?? 0) > 100
      }
      let count = listener.messages.count { $0.topic == state }
      #expect(count == 1, "the discovery message went \(count) times")
      #expect(try rig.client.send("POST", "/api/v1/printers/\(rig.id)/stop").status == 200)
      try await rig.stage.status(rig.id, "it stops") { $0["state"]?.string != "printing" }

      #expect(try rig.client.send("PATCH", "/api/v1/printers/\(rig.id)", json: ["name": "Left one"]).status == 200)
      try await listener.wait("its new name is told") {
        PublishRig.json($0[state])["device"]?["name"] == "Left one"
      }
      #expect(try rig.client.send("DELETE", "/api/v1/printers/\(rig.id)").status == 200)
      try await listener.wait("it is taken away") { values in
        values.allSatisfy { topic, value in !topic.contains(rig.printer.serial.text) || value.isEmpty }
      }
      #expect(listener.values["layerberry/board/state"]?.isEmpty == false)
      let fresh = try rig.broker.listen()
      try await fresh.wait("the board is there") {
        $0["layerberry/status"] != nil && $0["layerberry/board/state"] != nil
      }
      #expect(!fresh.values.keys.contains { $0.contains(rig.printer.serial.text) })
      let areRetained = fresh.messages.allSatisfy { $0.isRetained }
      #expect(areRetained)
      listener.stop()
      fresh.stop()
    }
  }

  @Test("Commands are obeyed where the setting allows, as the API obeys them, and never from a retained message")
  func commands() async throws {
    try await PublishRig.play { rig in
      let listener = try rig.broker.listen()
      try await listener.wait("it appears") { $0["\(rig.base)/state"] != nil }
      rig.printer.startPrint(name: "Bracket", layers: 50, minutes: 6000)
      try await rig.stage.status(rig.id, is: "printing")
      // Nobody listens yet: not even to what is kept for later.
      try await rig.broker.publish("PRESS", to: "\(rig.base)/set/pause")
      try await rig.broker.publish("PRESS", to: "\(rig.base)/set/stop", isRetained: true)
      try rig.set(["mqtt.publish.allow_commands": true])
      try await listener.wait("buttons appear") { $0[rig.config("button", "stop")] != nil }
      #expect(PublishRig.json(listener.values[rig.config("light", "light")])["command_topic"] != nil)
      #expect(listener.values[rig.config("binary_sensor", "light")]?.isEmpty == true)
      let paused = try await rig.command("PRESS", to: "\(rig.base)/set/pause", listener)
      #expect(paused["result"] == "acknowledged", "\(paused)")
      #expect(try rig.stage.status(rig.id)["state"] == "paused")
      let again = try await rig.command("PRESS", to: "\(rig.base)/set/pause", listener)
      #expect(again["result"] == "CONFLICT", "\(again)")
      #expect(try await rig.command("PRESS", to: "\(rig.base)/set/resume", listener)["result"] == "acknowledged")
      #expect(try await rig.command("OFF", to: "\(rig.base)/set/light", listener)["result"] == "acknowledged")
      #expect(try await rig.command("dim", to: "\(rig.base)/set/light", listener)["result"] == "INVALID_REQUEST")
      #expect(try await rig.command("1", to: "\(rig.base)/set/explode", listener)["result"] == "NOT_FOUND")
      let stranger = try await rig.command("PRESS", to: "layerberry/printer/01S00A000000000/set/stop", listener)
      #expect(stranger["result"] == "PRINTER_NOT_FOUND")

      // A plug is not cut while its printer works, however it is asked.
      let plug: JSONValue = ["name": "Power", "type": "gpio", "relay": "relay1", "printer_id": .int(rig.id)]
      let added = try rig.client.send("POST", "/api/v1/smart-plugs", json: plug)
      let number = try #require(added.json?["id"]?.whole)
      try await listener.wait("the plug appears") {
        $0[rig.config("switch", "power_switch", of: "plug_\(number)")] != nil
      }
      let topic = "layerberry/plug/\(number)/set/power"
      #expect(try await rig.command("ON", to: topic, listener)["result"] == "acknowledged")
      #expect(try await rig.command("OFF", to: topic, listener)["result"] == "CONFLICT")
      #expect(try await rig.command("PRESS", to: "\(rig.base)/set/stop", listener)["result"] == "acknowledged")
      #expect(try await rig.command("PRESS", to: "layerberry/board/set/identify", listener)["result"] == "acknowledged")

      try rig.set(["mqtt.publish.allow_commands": false])
      try await listener.wait("the buttons go") { $0[rig.config("button", "stop")]?.isEmpty == true }
      let answers = listener.messages.count { $0.topic == "layerberry/answer" }
      try await rig.broker.publish("OFF", to: "\(rig.base)/set/light")
      try rig.set(["mqtt.publish.allow_commands": true])
      _ = try await rig.command("1", to: "\(rig.base)/set/explode", listener)
      #expect(listener.messages.count { $0.topic == "layerberry/answer" } == answers + 1)
      listener.stop()
    }
  }

  @Test("The last will says offline after a kill, and so does a stop; a broker that goes away disturbs nobody")
  func away() async throws {
    try await PublishRig.play { rig in
      let listener = try rig.broker.listen()
      try await listener.wait("it appears") { $0["\(rig.base)/state"] != nil && $0["layerberry/status"] == "online" }
      rig.mosquitto.signal(SIGKILL)
      _ = try await rig.mosquitto.wait()
      listener.stop()
      for _ in 0..<5 {
        #expect(try rig.client.get("/health").status == 200)
        #expect(try rig.stage.status(rig.id)["state"] == "idle")
      }
      let again = try await rig.broker.start()
      let second = try rig.broker.listen()
      // Nothing was kept there: all of it comes again.
      try await second.wait(within: 30, "it comes back") { values in
        values[rig.config("sensor", "state")] != nil && values["\(rig.base)/availability"] == "online"
          && values["layerberry/status"] == "online"
      }
      rig.stage.service.process.signal(SIGKILL)
      _ = try await rig.stage.service.process.wait()
      try await second.wait("the last will is heard") { $0["layerberry/status"] == "offline" }
      let next = try await ServiceProcess.start(in: rig.stage.service.folder, port: rig.stage.service.port)
      try await second.wait("it is online again") { $0["layerberry/status"] == "online" }
      func farewells() -> Int { second.messages.count { $0.topic == "layerberry/status" && $0.payload == "offline" } }
      let before = farewells()
      #expect(try await next.stop() == 0)
      try await second.wait("a stop is told") { $0["layerberry/status"] == "offline" }
      #expect(farewells() == before + 1)
      second.stop()
      again.signal(SIGKILL)
      // The stage stops a service.
      _ = try await ServiceProcess.start(in: rig.stage.service.folder, port: rig.stage.service.port)
    }
  }

  @Test("Everything is told again when Home Assistant has started, and leftovers of before go, but not those of others")
  func birthAndLeftovers() async throws {
    try await PublishRig.play { rig in
      let listener = try rig.broker.listen()
      let state = rig.config("sensor", "state")
      try await listener.wait("it appears") { $0[state] != nil && $0["\(rig.base)/state"] != nil }
      try await rig.broker.publish("online", to: "homeassistant/status")
      _ = try await eventually(within: 15, "it is told again") { () -> Bool? in
        listener.messages.count { $0.topic == state } == 2
          && listener.messages.count { $0.topic == "layerberry/board/state" } >= 2 ? true : nil
      }
      // What a printer left that is gone, from a service that could not tell.
      let gone = "homeassistant/sensor/layerberry/01S00A999999999_state/config"
      let theirs = "homeassistant/sensor/other/thing/config"
      try rig.set(["mqtt.publish.enabled": false])
      try await listener.wait("everything is taken away") {
        $0[state]?.isEmpty == true && $0["layerberry/status"] == "offline"
      }
      try await rig.broker.publish("{}", to: gone, isRetained: true)
      try await rig.broker.publish("{}", to: "layerberry/printer/01S00A999999999/state", isRetained: true)
      try await rig.broker.publish("{}", to: theirs, isRetained: true)
      try rig.set(["mqtt.publish.enabled": true])
      try await listener.wait("leftovers go") { values in
        values[gone]?.isEmpty == true && values["layerberry/printer/01S00A999999999/state"]?.isEmpty == true
          && values[state]?.isEmpty == false
      }
      #expect(listener.values[theirs] == "{}")
      // Under another prefix everything moves.
      try rig.set(["mqtt.publish.topic_prefix": "home/printers"])
      try await listener.wait("it moves") { values in
        values[state]?.isEmpty == true && values["home/printers/status"] == "online"
          && values["homeassistant/sensor/home_printers/\(rig.printer.serial.text)_state/config"]?.isEmpty == false
      }
      listener.stop()
    }
  }

  @Test("A wrong password is told in words, the right one connects, and it is never shown")
  func password() async throws {
    let secret = "correct horse 9"
    let manner = StandInBroker.Manner(user: "layerberry", password: secret)
    try await PublishRig.play(manner, settings: ["mqtt.publish.enabled": false]) { rig in
      let watch = try rig.stage.watch()
      try rig.set([
        "mqtt.publish.enabled": true, "mqtt.publish.username": "layerberry", "mqtt.publish.password": "wrong",
      ])
      let told = try watch.next { $0["payload"]?["event"] == "mqtt_publish" }
      #expect(told["payload"]?["message"]?.string?.contains("user name and password") == true, "\(told)")
      try rig.set(["mqtt.publish.password": .string(secret)])
      let listener = try rig.broker.listen()
      try await listener.wait("it connects") { $0["layerberry/status"] == "online" && $0["\(rig.base)/state"] != nil }
      let shown = try rig.client.get("/api/v1/settings")
      #expect(shown.json?["mqtt.publish.password"] == ["set": true])
      let details = try rig.client.get("/api/v1/settings?details=true")
      #expect(details.json?["mqtt.publish.password"]?["value"] == ["set": true])
      #expect(details.json?["mqtt.publish.password"]?["default"] == ["set": false])
      // What reading shows, "" and leaving it out keep it; null clears it.
      for kept in ["", ["set": true], ["set": false]] as [JSONValue] {
        try rig.set(["mqtt.publish.password": kept])
        #expect(try rig.client.get("/api/v1/settings").json?["mqtt.publish.password"] == ["set": true])
      }
      try rig.set(["mqtt.publish.password": .null])
      #expect(try rig.client.get("/api/v1/settings").json?["mqtt.publish.password"] == ["set": false])
      for text in [shown.text, details.text, rig.stage.service.process.text] { #expect(!text.contains(secret)) }
      #expect(!listener.values.values.contains { $0.contains(secret) })
      listener.stop()
    }
  }

  @Test("TLS: an authority in the trust folder or a pinned key is believed, anything else is not")
  func encryption() async throws {
    let root = try TestCertificate(commonName: "A house's own authority", role: .authority)
    let leaf = try TestCertificate(commonName: "localhost", issuer: root)
    let manner = StandInBroker.Manner(certificate: leaf)
    let encrypted: [String: JSONValue] = ["mqtt.publish.tls": true, "mqtt.publish.host": "localhost"]
    try await PublishRig.play(manner, settings: encrypted, trust: root) { rig in
      let listener = try rig.broker.listen()
      try await listener.wait("it connects") { $0["layerberry/status"] == "online" }
      let watch = try rig.stage.watch()
      // Issued for another name.
      try rig.set(["mqtt.publish.host": "127.0.0.1"])
      let told = try watch.next { $0["payload"]?["event"] == "mqtt_publish" }
      #expect(told["payload"]?["message"]?.string?.contains("not trusted") == true, "\(told)")
      try rig.set(["mqtt.publish.fingerprint": .string(leaf.fingerprint)])
      try await listener.wait("the key is believed") { $0["layerberry/status"] == "online" }
      listener.stop()
    }
    try await PublishRig.play(manner, settings: ["mqtt.publish.enabled": false]) { rig in
      let watch = try rig.stage.watch()
      try rig.set(encrypted.merging(["mqtt.publish.enabled": true]) { $1 })
      let told = try watch.next { $0["payload"]?["event"] == "mqtt_publish" }
      #expect(told["payload"]?["message"]?.string?.contains("not trusted") == true, "\(told)")
    }
  }

  @Test("The camera's picture goes as a JPEG while there is a job")
  func pictures() async throws {
    try await PublishRig.play(settings: ["mqtt.publish.camera_interval": 1]) { rig in
      let listener = try rig.broker.listen(to: "\(rig.base)/camera", isHex: true)
      try await listener.wait(within: 30, "a picture comes") { values in
        values["\(rig.base)/camera"]?.lowercased().hasPrefix("ffd8ff") == true
      }
      rig.printer.startPrint(name: "Bracket", layers: 50, minutes: 6000)
      let before = listener.messages.count
      _ = try await eventually(within: 30, "more come") { () -> Bool? in
        listener.messages.count > before + 1 ? true : nil
      }
      let all = try rig.broker.listen(to: "homeassistant/#")
      try await all.wait("the camera is there") { values in
        PublishRig.json(values[rig.config("camera", "camera")])["topic"] == .string("\(rig.base)/camera")
      }
      listener.stop()
      all.stop()
    }
  }

  @Test("What does not fit is a 400 that names the setting")
  func refusal() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    for (name, value) in [
      ("topic_prefix", ""), ("topic_prefix", "a/+/b"), ("topic_prefix", "/a"), ("topic_prefix", "a/"),
      ("discovery_prefix", "a#"), ("topic_prefix", .string(String(repeating: "a", count: 65))), ("host", ""),
      ("host", "mqtt://broker"), ("port", 0), ("port", 65_536), ("fingerprint", "ABC"), ("password", 5),
      ("password", ["set": "x"]), ("password", "a\nb"), ("camera_interval", 3601), ("username", "a\tb"),
      ("tls", "yes"), ("allow_commands", 1),
    ] as [(String, JSONValue)] {
      let answer = try client.send("PATCH", "/api/v1/settings", json: .object(["mqtt.publish.\(name)": value]))
      #expect(answer.status == 400 && answer.text.contains("mqtt.publish.\(name)"), "\(value): \(answer.text)")
    }
    #expect(try await service.stop() == 0)
  }
}
