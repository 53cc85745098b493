import TestKit
import Testing
import Wire

/// The board (contract, section 5), on the virtual board that stands in where no pin map is configured.
struct BoardTests {
  @Test("The board tells what it is, and null for what nobody knows")
  func standing() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client("read")
    let board = try #require(try client.get("/api/v1/board").json)
    #expect(board["virtual"] == true && board["name"] == "virtual board" && board["error"] == .null)
    #expect(board["chips"]?.array?.first?["label"] == "virtual")
    #expect(board["lines"]?.array?.contains { $0["use"] == "relay relay1" } == true)
    #expect((board["uptime"]?.number ?? 0) > 0 && (board["memory"]?["total"]?.number ?? 0) > 0)
    #expect(board["clock"] == "set" && board["undervoltage"]?.object?.keys.sorted() == ["now", "since_boot"])
    let relays = try client.get("/api/v1/board/relays").json?.array
    #expect(relays?.map { $0["state"] } == ["off", "off", "off", "off"])
    let lights = try client.get("/api/v1/board/leds").json?.array
    #expect(lights?.first?["name"] == "status" && lights?.first?["overridden"] == false)
    #expect(try await service.stop() == 0)
  }

  @Test("A light takes a pattern and gives it back; everybody who follows sees it")
  func light() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client("read,control")
    let socket = try WebSocketClient(port: service.port, key: client.key ?? "")
    let path = "/api/v1/board/leds/status"
    let set = try client.send("PUT", path, json: ["pattern": "blink 500 250"])
    #expect(set.status == 200 && set.json?["pattern"] == "blink 500 250" && set.json?["overridden"] == true)
    let told = try socket.next {
      $0["type"] == "board" && $0["payload"]?["leds"]?.array?.first?["pattern"] == "blink 500 250"
    }
    #expect(told["printer_id"] == .null && told["payload"]?["relays"]?.array?.count == 4)
    let back = try client.send("PUT", path, json: ["pattern": .null])
    #expect(back.json?["overridden"] == false && back.json?["state"] != .null)
    #expect(try client.send("POST", "/api/v1/board/identify").json?["seconds"] == 15)
    #expect(try client.get("/api/v1/board/leds").json?.array?.first?["state"] == "identify")
    #expect(try await service.stop() == 0)
  }

  @Test("What is no pattern, light or button is refused by name")
  func badInput() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    let path = "/api/v1/board/leds/status"
    for body in [
      [:], ["pattern": 5], ["pattern": ""], ["pattern": "rainbow"], ["pattern": "blink 1 1"], ["pattern": "count 10"],
      ["pattern": "blink 500"],
    ] as [JSONValue] {
      let answer = try client.send("PUT", path, json: body)
      #expect(answer.status == 400 && answer.text.contains("pattern"), "\(body)")
    }
    #expect(try client.send("PUT", "/api/v1/board/leds/disco", json: ["pattern": "on"]).status == 404)
    for path in ["/api/v1/board/reboot", "/api/v1/board/shutdown"] {
      #expect(try client.send("POST", path, json: ["force": "yes"]).status == 400)
      let answer = try client.send("POST", path, json: ["force": true])
      #expect(answer.status == 409 && answer.text.contains("not available here"))
    }
    let control = try await service.client("read,control")
    #expect(try control.send("POST", "/api/v1/board/reboot").status == 403)
    for rows in ["triple", "triple=dance", "fivefold=pairing", "triple=stop=none"] {
      let answer = try client.send("PATCH", "/api/v1/settings", json: ["board.buttons": [.string(rows)]])
      #expect(answer.status == 400 && answer.text.contains("board.buttons"), "\(rows)")
    }
    #expect(try await service.stop() == 0)
  }

  @Test("Off the appliance each of its acts answers that it is not available here")
  func noAppliance() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    for (gesture, action) in [("quadruple", "setup_wifi"), ("longer", "shutdown"), ("very_long", "factory_reset")] {
      let press = try client.send("POST", "/api/v1/board/buttons/main", json: ["gesture": .string(gesture)])
      #expect(press.json?["action"] == .string(action) && press.json?["result"] == "refused")
      #expect(press.json?["message"]?.string?.contains("not available here") == true)
    }
    #expect(try await service.stop() == 0)
  }

  @Test("A setting gives gestures another meaning; a relay that the button switches stays through a restart")
  func mapping() async throws {
    let folder = try TemporaryFolder()
    let service = try await ServiceProcess.start(in: folder)
    let client = try await service.client()
    let rows: JSONValue = ["board.buttons": ["short=toggle_relay", "double=none"]]
    #expect(try client.send("PATCH", "/api/v1/settings", json: rows).status == 200)
    try await eventually(within: 5, "the table holds") { () -> Bool? in
      let gestures = try client.get("/api/v1/board/buttons").json?.array?.first?["gestures"]?.array
      return gestures?.first { $0["gesture"] == "double" }?["action"] == .null ? true : nil
    }
    let press = try client.send("POST", "/api/v1/board/buttons/main", json: ["gesture": "short"])
    #expect(press.json?["action"] == "toggle_relay" && press.json?["result"] == "done")
    #expect(try client.get("/api/v1/board/relays").json?.array?.first?["state"] == "on")
    #expect(try await service.stop() == 0)
    let again = try await ServiceProcess.start(in: folder)
    let reader = try await again.client()
    #expect(try reader.get("/api/v1/board/relays").json?.array?.map { $0["state"] } == ["on", "off", "off", "off"])
    #expect(try await again.stop() == 0)
  }

  @Test("A factory reset erases everything that was kept, once the appliance has done its part")
  func factoryReset() async throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("appliance")
    for act in ["factory-reset", "reboot"] {
      try folder.write("#!/bin/sh\ntouch \(folder.path)/\(act)-was-called\n", as: "appliance/\(act)", mode: 0o755)
    }
    let environment = ["LAYERBERRY_APPLIANCE": "\(folder.path)/appliance"]
    let service = try await ServiceProcess.start(in: folder, environment: environment)
    let client = try await service.client()
    #expect(try client.send("POST", "/api/v1/board/reboot").json?["accepted"] == true)
    #expect(TemporaryFolder.bytes(of: "\(folder.path)/reboot-was-called") != nil)
    #expect(try client.send("POST", "/api/v1/board/shutdown").status == 409)
    try folder.write("secret", as: "data/trust/ca.pem")
    let press = try client.send("POST", "/api/v1/board/buttons/main", json: ["gesture": "very_long"])
    #expect(press.json?["result"] == "done")
    #expect(TemporaryFolder.bytes(of: "\(folder.path)/factory-reset-was-called") != nil)
    #expect(try await service.stop() == 0)
    let anew = try await ServiceProcess.start(in: folder, environment: environment)
    #expect(TemporaryFolder.bytes(of: "\(folder.path)/data/trust/ca.pem") == nil)
    let stranger = HTTPClient(port: anew.port, key: client.key ?? "")
    #expect(try stranger.get("/api/v1/board").status == 401, "the old key is gone")
    #expect(try await anew.stop() == 0)
  }

  @Test("A pin map that does harm or fits no chip of this machine is a refused start that names it")
  func refusedStart() async throws {
    for (text, words) in [
      ("[board]\nname = x\nchip = pinctrl-nowhere\n[led a]\nline = 1\n", "pinctrl-nowhere"),
      (
        "[board]\nname = x\nchip = y\npulled_up = 0-8\n[relay heat]\nline = 3\n",
        "line 6: [relay heat] line: 3 is pulled up"
      ),
      ("[board]\nname = x\nchip = y\n[led a]\nline = 1\n[button b]\nline = 1\n", "each can be used once"),
    ] {
      let folder = try TemporaryFolder()
      let map = try folder.write(text, as: "map.ini")
      let process = try ChildProcess(
        try ChildProcess.built("layerberry"),
        ["serve", "--data", "\(folder.path)/data", "--port", "\(try ServiceProcess.freePort())", "--board-map", map])
      #expect(try await process.wait() == 78)
      #expect(process.text.contains(words), "\(process.text)")
    }
  }
}
