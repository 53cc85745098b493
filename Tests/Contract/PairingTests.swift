import TestKit
import Testing
import Wire

/// Pairing by presence (contract, section 3), with the button of the virtual board.
struct PairingTests {
  @Test("The button's pairing gesture gives the one who waits a key, once; what they did is in no log and no event")
  func pairs() async throws {
    let service = try await ServiceProcess.start(arguments: ["--log-level", "trace"])
    let admin = try await service.client()
    let nobody = HTTPClient(port: service.port)
    let socket = try WebSocketClient(port: service.port, key: admin.key ?? "")
    let opened = try nobody.send("POST", "/api/v1/pairing", json: ["name": "Kitchen tablet"])
    #expect(opened.status == 201)
    let id = try #require(opened.json?["id"]?.string)
    #expect(id.utf8.count >= 22 && opened.headers["location"] == "/api/v1/pairing/\(id)")
    #expect((2...6).contains(opened.json?["blinks"]?.number ?? 0) && opened.json?["expires_at"]?.string != nil)
    let path = "/api/v1/pairing/\(id)"
    let waiting = try nobody.get(path)
    #expect(waiting.json?["state"] == "waiting" && waiting.json?["key"] == .null)
    #expect(waiting.headers["cache-control"] == "no-store")
    for gesture in ["short", "triple", "quadruple", "long", "longer", "very_long"] {
      let press = try admin.send("POST", "/api/v1/board/buttons/main", json: ["gesture": .string(gesture)])
      #expect(press.status == 200 && press.json?["result"] != "done", "\(gesture)")
      #expect(try nobody.get(path).json?["state"] == "waiting")
    }
    let press = try admin.send("POST", "/api/v1/board/buttons/main", json: ["gesture": "double"])
    #expect(press.json?["action"] == "pairing" && press.json?["result"] == "done")
    #expect(try nobody.send("HEAD", path).status == 200)
    let granted = try nobody.get(path)
    let key = try #require(granted.json?["key"]?.string)
    #expect(granted.json?["state"] == "granted" && granted.headers["cache-control"] == "no-store")
    let again = try nobody.get(path)
    #expect(again.json?["state"] == "granted" && again.json?["key"] == .null)
    let paired = HTTPClient(port: service.port, key: key)
    let me = try paired.get("/api/v1/auth/me").json
    #expect(me?["name"] == "Kitchen tablet" && me?["permissions"] == ["read", "queue", "control"])
    #expect(try paired.get("/api/v1/api-keys").status == 403)
    var told: [JSONValue] = []
    for state in ["waiting", "granted"] {
      let message = try socket.next { $0["type"] == "pairing" }
      #expect(message["payload"] == ["state": .string(state), "name": "Kitchen tablet"])
      #expect(message["printer_id"] == .null)
      told.append(message)
    }
    #expect(told.count == 2)
    #expect(try await service.stop() == 0)
    let log = service.process.text
    #expect(log.contains("/api/v1/pairing/•••") && !log.contains(id) && !log.contains(key))
  }

  @Test("A second asker cancels both; a guess is 404; a fourth request a minute is 429")
  func attacks() async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    let nobody = HTTPClient(port: service.port)
    let opened = try nobody.send("POST", "/api/v1/pairing", json: ["name": "tablet"])
    let id = try #require(opened.json?["id"]?.string)
    let second = try nobody.send("POST", "/api/v1/pairing", json: ["name": "intruder"])
    #expect(second.status == 409 && second.json?["code"] == "CONFLICT" && second.json?["id"] == nil)
    #expect(try nobody.get("/api/v1/pairing/\(id)").json?["state"] == "cancelled")
    let press = try admin.send("POST", "/api/v1/board/buttons/main", json: ["gesture": "double"])
    #expect(press.json?["result"] == "nothing")
    #expect(try nobody.get("/api/v1/pairing/\(id)").json?["key"] == .null)
    for guess in ["AAAAAAAAAAAAAAAAAAAAAA", "1", String(repeating: "x", count: 300), "\(id)x"] {
      #expect(try nobody.get("/api/v1/pairing/\(guess)").status == 404)
    }
    #expect(try nobody.send("POST", "/api/v1/pairing", json: ["name": "third"]).status == 201)
    let fourth = try nobody.send("POST", "/api/v1/pairing", json: ["name": "fourth"])
    #expect(fourth.status == 429 && fourth.headers["retry-after"] != nil)
    // The fourth was refused before it could cancel the third.
    #expect(
      try admin.send("POST", "/api/v1/board/buttons/main", json: ["gesture": "double"]).json?["result"] == "done")
    #expect(try await service.stop() == 0)
  }

  @Test("What is no request to pair, and no press, is refused by name")
  func badInput() async throws {
    let service = try await ServiceProcess.start()
    let admin = try await service.client()
    let long = JSONValue.string(String(repeating: "x", count: 101))
    for body in [[:], ["name": ""], ["name": "  "], ["name": long], ["name": 5], ["name": "a\u{7}b"]] as [JSONValue] {
      let answer = try admin.send("POST", "/api/v1/pairing", json: body)
      #expect(answer.status == 400 && answer.text.contains("name"), "\(body)")
    }
    for body in [[:], ["gesture": "tenfold"], ["gesture": 1]] as [JSONValue] {
      let answer = try admin.send("POST", "/api/v1/board/buttons/main", json: body)
      #expect(answer.status == 400 && answer.text.contains("gesture"), "\(body)")
    }
    #expect(try admin.send("POST", "/api/v1/board/buttons/other", json: ["gesture": "double"]).status == 404)
    let read = try await service.client("read,queue,control,manage")
    #expect(try read.send("POST", "/api/v1/board/buttons/main", json: ["gesture": "double"]).status == 403)
    #expect(try read.get("/api/v1/board/buttons").json?.array?.first?["name"] == "main")
    #expect(try await service.stop() == 0)
  }
}
