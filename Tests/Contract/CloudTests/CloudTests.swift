import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// `/cloud` (contract, section 5), by the whole service with the simulated cloud behind it.
struct CloudTests {
  private static let place = "/api/v1/cloud"

  static func open(_ cloud: StandInCloud, _ stage: Stage) throws {
    let settings = try stage.client.send(
      "PATCH", "/api/v1/settings", json: ["cloud.region": "custom", "cloud.base_url": .string(cloud.url)])
    #expect(settings.status == 200)
  }

  static func signIn(_ stage: Stage) throws -> HTTPClient.Answer {
    try stage.client.send(
      "POST", "\(place)/login", json: ["account": "demo@example.com", "password": "simulator"])
  }

  @Test("From the sign-in to an upload, with the printer that the account knows")
  func wayThrough() async throws {
    let cloud = try StandInCloud(account: CloudStandAccount(demand: .code), manner: .reference)
    cloud.put(profile: "PF1", type: .filament, name: "My PLA", isOwn: true)
    try await Stage.play([PrinterSpecification(model: .p1s)]) { stage in
      let printer = stage.printers[0]
      cloud.bind(serial: printer.serial.text, name: "Desk", accessCode: printer.accessCode.secret, model: .p1s)
      cloud.setTasks([["id": 5, "title": "Benchy", "status": 2, "deviceId": .string(printer.serial.text)]])
      try Self.open(cloud, stage)
      let nobody = try stage.client.get("\(Self.place)/devices")
      #expect(nobody.status == 409 && nobody.json?["code"] == "CLOUD_ERROR")
      #expect(nobody.json?["cloud"]?["code"] == .null && nobody.json?["cloud"]?["message"]?.string != nil)
      #expect(try Self.signIn(stage).json?["state"] == "code_required")
      let code: JSONValue = ["account": "demo@example.com", "code": "123456"]
      let signedIn = try stage.client.send("POST", "\(Self.place)/login", json: code)
      #expect(signedIn.status == 200 && signedIn.json?["signed_in"] == true)

      // The account's printer is added with the code that the cloud gave.
      let device = try #require(try stage.client.get("\(Self.place)/devices").json?.array?.first)
      #expect(device["printer_id"] == .null)
      try stage.add(printer, changing: ["access_code": device["access_code"] ?? .null])
      try await stage.status(1, is: "idle")
      #expect(try stage.client.get("\(Self.place)/devices").json?.array?.first?["printer_id"] == 1)
      let tasks = try stage.client.get("\(Self.place)/tasks")
      #expect(tasks.json?.array?.first?["printer_id"] == 1 && tasks.headers["x-total-count"] == "1")
      let made = try stage.client.send(
        "POST", "/api/v1/api-keys", json: ["name": "none", "permissions": ["read"], "printer_ids": []])
      let narrow = HTTPClient(port: stage.service.port, key: try #require(made.json?["key"]?.string))
      #expect(try narrow.get("\(Self.place)/tasks").json == [])
      #expect(try narrow.get("\(Self.place)/devices").status == 403)

      let synced = try stage.client.send("POST", "\(Self.place)/sync")
      #expect(synced.json?["added"] == 1 && synced.json?["removed"] == 0)
      #expect(try stage.client.get("\(Self.place)/profiles?type=filament").json?.array?.count == 1)
      #expect(try stage.client.get("\(Self.place)/profiles/PF1").json?["settings"] == ["layer_height": "0.2"])
      #expect(try stage.client.get("\(Self.place)/profiles/NONE").json?["code"] == "PROFILE_NOT_FOUND")
      let template = try stage.client.send(
        "POST", "\(Self.place)/templates",
        json: ["name": "Slow", "type": "print", "base_id": "GP004", "settings": ["speed": "1"]])
      #expect(template.status == 201 && template.headers["location"] == "\(Self.place)/profiles/PPUS1")

      let solid = Array("solid a\nendsolid a\n".utf8)
      let archive = try stage.client.send(
        "POST", "/api/v1/archives?filename=a.stl", body: solid, headers: ["Content-Type": "application/octet-stream"])
      try #require(archive.status == 201, "\(archive.text)")
      let upload = try stage.client.send(
        "POST", "\(Self.place)/uploads", json: ["archive_id": archive.json?["id"] ?? 1])
      #expect(upload.status == 201 && upload.headers["location"] == "\(Self.place)/uploads/1")
      try await eventually(within: 20, "the file is there") { () -> Bool? in
        let json = try stage.client.get("\(Self.place)/uploads/1").json
        return json?["state"] == "done" && json?["progress"] == 100 ? true : nil
      }
      #expect(cloud.files.values.first == solid)
      #expect(cloud.complaints.isEmpty)

      // The cloud goes away: what was synced is still there.
      cloud.stop()
      #expect(try stage.client.get("\(Self.place)/profiles").json?.array?.count == 2)
      let gone = try stage.client.send("POST", "\(Self.place)/sync")
      #expect(gone.status == 502 && gone.json?["cloud"]?["error"] == "ERR_NETWORK")
      let wrapped = try stage.client.send(
        "POST", "\(Self.place)/sync", headers: ["X-Response-Format": "envelope"])
      #expect(wrapped.json?["error"]?["cloud"]?["error"] == "ERR_NETWORK")
      let out = try stage.client.send("POST", "\(Self.place)/logout")
      #expect(out.json?["state"] == "signed_out" && out.json?["profiles"] == 0)
    }
  }

  @Test("No token, password or code is in a log, an answer or the database's files")
  func secrets() async throws {
    let cloud = try StandInCloud(account: CloudStandAccount(password: Secret("pass-word-of-the-cloud")))
    try await Stage.play([], arguments: ["--log-level", "trace"]) { stage in
      try Self.open(cloud, stage)
      var answers: [String] = []
      func send(_ method: String, _ path: String, _ json: JSONValue? = nil) throws {
        answers.append(try stage.client.send(method, "/api/v1\(path)", json: json).text)
      }
      let login: JSONValue = ["account": "demo@example.com", "password": "pass-word-of-the-cloud"]
      cloud.fail("/v1/user-service/user/login", with: .echo)
      try send("POST", "/cloud/login", login)
      try send("POST", "/cloud/login", ["account": ["pass-word-of-the-cloud"], "password": 1])
      try send("POST", "/cloud/login", login)
      cloud.fail("/v1/iot-service/api/user/bind", with: .echo)
      for path in ["/cloud/devices", "/cloud/devices", "/cloud/status", "/cloud/tasks", "/settings", "/system/info"] {
        try send("GET", path)
      }
      cloud.fail("/v1/iot-service/api/slicer/setting", with: .garbage)
      try send("POST", "/cloud/sync")
      try send("POST", "/cloud/sync")
      try send("GET", "/system/support-bundle")
      let secrets = Array(cloud.tokens) + ["pass-word-of-the-cloud"]
      try #require(secrets.count == 2)
      let log = stage.service.process.text
      for secret in secrets {
        #expect(!log.contains(secret), "a secret is in the log")
        #expect(answers.allSatisfy { !$0.contains(secret) }, "a secret is in an answer")
      }
      let data = "\(stage.service.folder.path)/data"
      for name in ["layerberry.db", "layerberry.db-wal"] {
        let bytes = try #require(TemporaryFolder.bytes(of: "\(data)/\(name)"))
        for secret in secrets { #expect(!Self.contains(bytes, Array(secret.utf8)), "\(name) holds a secret in clear") }
      }
      var facts = stat()
      #expect(stat("\(data)/cloud.key", &facts) == 0 && facts.st_mode & 0o777 == 0o600)
    }
  }

  @Test("What does not fit is a 400 that says what was expected")
  func badInput() async throws {
    try await Stage.play([]) { stage in
      let table: [(String, String, JSONValue, String)] = [
        ("PATCH", "/settings", ["cloud.base_url": "http://cloud.example.com"], "https://"),
        ("PATCH", "/settings", ["cloud.base_url": "https://me:word@cloud.example.com"], "https://"),
        ("PATCH", "/settings", ["cloud.region": "mars"], "global"),
        ("POST", "/cloud/login", ["account": "demo@example.com"], "password"),
        ("POST", "/cloud/login", ["account": "demo@example.com", "password": "x", "code": "1234"], "only one"),
        ("POST", "/cloud/login", ["account": "demo@example.com", "code": "12a4"], "digits"),
        ("POST", "/cloud/login", ["password": "x"], "account"),
        ("POST", "/cloud/uploads", ["archive_id": 0], "archive_id"),
        ("POST", "/cloud/templates", ["name": "a", "type": "paper", "base_id": "x", "settings": [:]], "type"),
        ("POST", "/cloud/templates", ["name": "a", "type": "print", "base_id": "../x", "settings": [:]], "base_id"),
      ]
      for (method, path, body, word) in table {
        let answer = try stage.client.send(method, "/api/v1\(path)", json: body)
        #expect(answer.status == 400 && answer.text.contains(word), "\(path) \(body): \(answer.text)")
      }
      #expect(try stage.client.get("\(Self.place)/profiles?type=paper").status == 400)
      #expect(try stage.client.get("\(Self.place)/profiles").json == [])
      #expect(try stage.client.get("\(Self.place)/uploads/7").status == 404)
      #expect(try stage.client.send("POST", "\(Self.place)/uploads", json: ["archive_id": 7]).status == 404)
    }
  }

  @Test("Another region signs out")
  func region() async throws {
    let cloud = try StandInCloud()
    try await Stage.play([]) { stage in
      try Self.open(cloud, stage)
      #expect(try Self.signIn(stage).json?["signed_in"] == true)
      #expect(try stage.client.send("PATCH", "/api/v1/settings", json: ["cloud.region": "qa"]).status == 200)
      let status = try stage.client.get("\(Self.place)/status").json
      #expect(status?["state"] == "signed_out" && status?["base_url"] == "https://api-qa.bambulab.net")
      #expect(try stage.client.send("PATCH", "/api/v1/settings", json: ["cloud.region": "custom"]).status == 200)
      try await eventually(within: 5, "the old sign-in is forgotten") { () -> Bool? in
        try stage.client.get("\(Self.place)/status").json?["state"] == "signed_out" ? true : nil
      }
    }
  }

  private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    guard let first = part.first, bytes.count >= part.count else { return false }
    return (0...bytes.count - part.count).contains { bytes[$0] == first && bytes[$0...].starts(with: part) }
  }
}
