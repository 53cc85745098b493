import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// Every secret that can be given to the service, each used and refused once: none of them is in a log line, an answer, a
/// support bundle, a message to the broker, a table or a backup without a passphrase, whatever others repeat of them.
@Suite("Secrets", .enabled(if: StandInBroker.isPossible), .timeLimit(.minutes(2))) struct EverySecretTests {
  /// Marks of their own, so that nothing else looks like them. Some need escapes in a URL, and in JSON.
  private enum Word {
    static let plugs = ["plug-pass-7a&b", "plug-token-7a", "plug-digest-7a"]
    static let providers = [
      "hook-secret-7a\"x", "hook-user-pass-7a", "ntfy-token-7a", "push-token-7a", "push-user-7a", "tele-token-7a",
      "discord-token-7a", "home-token-7a", "bark-key-7a", "gotify-token-7a", "mail-pass-7a",
    ]
    static let others = ["camera-pass-7a", "broker-pass-7a", "cloud-pass-7a", "backup phrase 7a", "second-cloud-7a"]
  }

  /// Where a secret could be.
  private struct Place {
    var name: String
    var bytes: [UInt8]
  }

  private static func providers(_ url: String) -> [JSONValue] {
    let home = url.dropFirst("http://".count)
    let table: [(String, JSONValue)] = [
      ("webhook", ["url": .string("http://me:hook-user-pass-7a@\(home)/x"), "secret": "hook-secret-7a\"x"]),
      ("ntfy", ["url": .string(url), "topic": "prints", "token": "ntfy-token-7a"]),
      ("pushover", ["url": .string(url), "token": "push-token-7a", "user_key": "push-user-7a"]),
      ("telegram", ["url": .string(url), "token": "123:tele-token-7a", "chat_id": "1"]),
      ("discord", ["webhook_url": .string("\(url)/api/webhooks/1/discord-token-7a")]),
      ("home_assistant", ["url": .string(url), "token": "home-token-7a", "service": "notify"]),
      ("bark", ["url": .string(url), "device_key": "bark-key-7a"]),
      ("gotify", ["url": .string(url), "token": "gotify-token-7a"]),
      (
        "email",
        [
          "host": "127.0.0.1", "port": 9, "security": "tls", "username": "me", "password": "mail-pass-7a",
          "from": "board@example.org", "to": ["me@example.org"],
        ]
      ),
    ]
    return table.map { type, config in
      ["name": .string(type), "type": .string(type), "config": config, "events": ["print_started", "print_failed"]]
    }
  }

  private static func plugs(_ url: String, _ broker: Int) -> [JSONValue] {
    [
      ["name": "T", "type": "tasmota", "address": .string(url), "password": "plug-pass-7a&b"],
      [
        "name": "S", "type": "shelly", "address": .string(url), "password": "plug-digest-7a",
        "options": ["generation": 1],
      ],
      [
        "name": "H", "type": "home_assistant", "address": .string(url), "token": "plug-token-7a",
        "options": ["entity_id": "switch.x"],
      ],
      [
        "name": "M", "type": "mqtt", "address": .string("127.0.0.1:\(broker)"), "username": "plug",
        "password": "plug-pass-7a&b", "options": ["command_topic": "p/set", "state_topic": "p/state"],
      ],
    ]
  }

  @Test("No secret leaves the service but to whom it was given for")
  func everySecret() async throws {
    // Whoever is asked says no, and repeats all that he was told.
    let parrot = try StandInServer { request in
      let words = "\(request.method) \(request.target)\n\(request.headers)\n\(request.text)"
      return .answer(
        500, headers: [("X-Words", request.target), ("Content-Type", "text/plain")], body: Array(words.utf8))
    }
    let broker = try StandInBroker(.init(user: "board", password: "broker-pass-7a"))
    let mosquitto = try await broker.start()
    let listener = try broker.listen()
    let cloud = try StandInCloud(account: CloudStandAccount(password: Secret("cloud-pass-7a")))
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 60, arguments: ["--log-level", "trace"]) { stage in
      var answers: [String] = []
      @discardableResult
      func send(_ method: String, _ path: String, _ json: JSONValue? = nil) throws -> HTTPClient.Answer {
        let answer = try stage.client.send(method, "/api/v1\(path)", json: json)
        answers.append("\(answer.headers) \(answer.text)")
        return answer
      }
      let socket = try stage.watch()
      try stage.add(
        stage.printers[0], changing: ["camera": "http://viewer:camera-pass-7a@127.0.0.1:9/video", "name": "Workshop"])
      try await stage.status(1, is: "idle")
      for plug in Self.plugs(parrot.url, broker.port) { #expect(try send("POST", "/smart-plugs", plug).status == 201) }
      for provider in Self.providers(parrot.url) {
        #expect(try send("POST", "/notifications/providers", provider).status == 201)
      }
      try send(
        "PATCH", "/settings",
        [
          "mqtt.publish.enabled": true, "mqtt.publish.host": "127.0.0.1",
          "mqtt.publish.port": .int(Int64(broker.port)), "mqtt.publish.username": "board",
          "mqtt.publish.password": "broker-pass-7a", "cloud.region": "custom", "cloud.base_url": .string(cloud.url),
        ])

      // Each is used, refused and repeated.
      for plug in 1...4 { try send("POST", "/smart-plugs/\(plug)/on") }
      for provider in 1...9 {
        let told = try send("POST", "/notifications/providers/\(provider)/test")
        #expect(told.json?["sent"] == false && told.json?["error"]?.string?.isEmpty == false, "\(told.text)")
      }
      let login: JSONValue = ["account": "demo@example.com", "password": "cloud-pass-7a"]
      cloud.fail("/v1/user-service/user/login", with: .echo)
      let echoed = try send("POST", "/cloud/login", login)
      #expect(echoed.status >= 400, "\(echoed.text)")
      #expect(
        try send("POST", "/cloud/login", ["account": "x@example.com", "password": "second-cloud-7a"]).status == 409)
      #expect(try send("POST", "/cloud/login", login).status == 200)
      for (path, method, deed) in [
        ("/v1/iot-service/api/user/bind", "GET", "/cloud/devices"),
        ("/v1/user-service/my/tasks", "GET", "/cloud/tasks"),
        ("/v1/iot-service/api/slicer/setting", "POST", "/cloud/sync"),
      ] {
        cloud.fail(path, with: .echo)
        #expect(try send(method, deed).status == 502)
      }
      stage.printers[0].startPrint(name: "Tower", layers: 20, minutes: 30)
      try await stage.status(1, within: 30, is: "printing")
      try await listener.wait("the broker is told") { $0.contains { $0.key.hasSuffix("/state") } }
      try await eventually(within: 30, "each provider was told") { () -> Bool? in
        try stage.client.get("/api/v1/notifications/history?event=print_started&limit=50").json?.array?
          .allSatisfy { $0["attempts"] != 0 } == true ? true : nil
      }

      // What goes out: every answer there is, the bundle, a backup, the broker's messages, the log.
      for path in try Self.readable(stage) { try send("GET", path) }
      try socket.send(["type": "ping"])
      _ = try socket.next { message in
        answers.append("\(message)")
        return message["type"] == "pong"
      }
      var places = answers.enumerated().map { Place(name: "answer \($0)", bytes: Array($1.utf8)) }
      places.append(Place(name: "the support bundle", bytes: try await Self.bundle(stage)))
      places.append(Place(name: "the backup", bytes: try await Self.backup(stage, nil)))
      places.append(Place(name: "a sealed backup", bytes: try await Self.backup(stage, "backup phrase 7a")))
      for message in listener.messages {
        places.append(Place(name: "a message", bytes: Array("\(message.topic) \(message.payload)".utf8)))
      }
      places.append(Place(name: "the log", bytes: Array(stage.service.process.text.utf8)))
      let secrets =
        Word.plugs + Word.providers + Word.others + Array(cloud.tokens)
        + [stage.printers[0].accessCode.secret.exposed, stage.client.key ?? ""]
      try #require(cloud.tokens.count == 1 && places.count > 100)
      for place in places {
        for form in secrets.flatMap(Self.forms) where Self.holds(place.bytes, form) {
          let text = String(decoding: place.bytes.prefix(400), as: UTF8.self)
          Issue.record("\(place.name) holds \(form): \(text)")
        }
      }
      // They did go to whom they were given for, or nothing of this means anything.
      let heard = parrot.requests.map { "\($0.target) \($0.headers) \($0.text)" }.joined()
      for word in [
        "ntfy-token-7a", "push-user-7a", "tele-token-7a", "bark-key-7a", "plug-token-7a", "plug-pass-7a%26b",
      ] {
        #expect(heard.contains(word), "\(word) was never used")
      }
    }
    withExtendedLifetime(mosquitto) {}
  }

  /// As it is, and as it goes through a URL, JSON or a header.
  private static func forms(of secret: String) -> [String] {
    let quoted = secret.replacing("\"", with: "\\\"")
    let escaped = secret.replacing("&", with: "%26").replacing("\"", with: "%22").replacing(" ", with: "%20")
    return Array(Set([secret, quoted, escaped, Base64.encode(Array(secret.utf8))]))
  }

  private static func holds(_ bytes: [UInt8], _ text: String) -> Bool {
    let part = Array(text.utf8)
    return bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress, let first = part.first else { return false }
      var start = 0
      while start + part.count <= all.count {
        guard let found = memchr(base + start, Int32(first), all.count - part.count - start + 1) else { return false }
        if memcmp(found, part, part.count) == 0 { return true }
        start = UnsafeRawPointer(found) - base + 1
      }
      return false
    }
  }

  /// Every path that can be read, with the numbers of what there is; no streams, and no backups, which are looked at whole.
  private static func readable(_ stage: Stage) throws -> [String] {
    let document = try stage.client.get("/openapi.json").json
    let paths = try #require(document?["paths"]?.object)
    return paths.compactMap { path, item in
      guard item["get"] != nil, !path.contains("/stream"), !path.hasSuffix("/ws"), !path.hasSuffix("/content") else {
        return nil
      }
      var words = path.split(separator: "/").map(String.init)
      if words.first == "api" { words.removeFirst(2) }
      let filled = words.map { word in
        guard word.hasPrefix("{") else { return word }
        return word == "{event}" ? "print_failed" : "1"
      }
      return "/" + filled.joined(separator: "/")
    }.sorted()
  }

  private static func bundle(_ stage: Stage) async throws -> [UInt8] {
    let answer = try stage.client.get("/api/v1/system/support-bundle")
    let file = try stage.service.folder.write(bytes: answer.body, as: "bundle.tar.gz")
    let child = try ChildProcess("/bin/tar", ["--to-stdout", "-xzf", file])
    #expect(try await child.wait() == 0 && !child.text.isEmpty)
    return Array(child.text.utf8)
  }

  private static func backup(_ stage: Stage, _ passphrase: String?) async throws -> [UInt8] {
    let begun = try stage.client.send(
      "POST", "/api/v1/system/backup", json: passphrase.map { ["passphrase": .string($0)] })
    let place = try #require(begun.headers["location"])
    try await eventually(within: 30, "the backup is made") { () -> Bool? in
      try stage.client.get(place).json?["state"] == "done" ? true : nil
    }
    let file = try stage.client.get("\(place)/content").body
    #expect(file.count > 10_000)
    return file
  }
}
