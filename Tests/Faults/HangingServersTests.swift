import Model
import Simulator
import TestKit
import Testing
import Wire

/// Servers of others that take what they are asked and say nothing, all at once: the service stops in time all the same, and
/// tells after the next start what it could not.
struct HangingServersTests {
  @Test("SIGTERM ends it within five seconds while everybody outside lets it wait", .timeLimit(.minutes(1)))
  func stopsInTime() async throws {
    let silent = try StandInServer { _ in .silence }
    let authority = try StandInAuthority()
    var manners = StandInMailServer.Manners()
    manners.silences = Array(repeating: "HELLO", count: 100)
    let post = try StandInMailServer(certificate: try authority.certificate(for: "localhost"), manners: manners)
    let cloud = try StandInCloud()
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    func send(_ method: String, _ path: String, _ json: JSONValue?, _ status: Int) throws {
      let answer = try client.send(method, "/api/v1\(path)", json: json)
      #expect(answer.status == status, "\(path): \(answer.text)")
    }
    for (name, type, config) in [
      ("hook", "webhook", ["url": .string(silent.url)]),
      (
        "mail", "email",
        [
          "host": "127.0.0.1", "port": .int(Int64(post.port)), "security": "none", "from": "a@example.org",
          "to": ["b@example.org"],
        ]
      ),
    ] as [(String, String, JSONValue)] {
      try send(
        "POST", "/notifications/providers",
        ["name": .string(name), "type": .string(type), "config": config, "events": ["maintenance_due"]], 201)
    }
    try send(
      "PATCH", "/settings",
      [
        "cloud.region": "custom", "cloud.base_url": .string(cloud.url), "mqtt.publish.host": "127.0.0.1",
        "mqtt.publish.port": .int(Int64(silent.port)), "mqtt.publish.enabled": true,
      ], 200)
    try send("POST", "/cloud/login", ["account": "demo@example.com", "password": "simulator"], 200)
    cloud.fail("/v1/iot-service", with: .silence, times: -1)
    // What is due is told to both providers, and stays in the outbox.
    try send(
      "POST", "/printers",
      [
        "name": "P", "ip_address": "192.0.2.1", "serial_number": "01P00A000000001", "access_code": "12345678",
        "enabled": false,
      ], 201)
    try send("POST", "/maintenance/types", ["name": "Look", "interval": 2, "unit": "days"], 201)
    let type = try #require(client.get("/api/v1/maintenance/types").json?.array?.last?["id"])
    try send(
      "POST", "/maintenance/log", ["printer_id": 1, "type_id": type, "done_at": "2020-01-01T00:00:00Z"], 201)
    // And somebody waits for each of the others.
    let waiting = try [
      ("GET", "/cloud/devices", nil), ("POST", "/cloud/sync", nil), ("POST", "/notifications/providers/1/test", nil),
      (
        "POST", "/smart-plugs",
        ["name": "Slow", "type": "http", "address": .string(silent.url), "feeds_printer": false] as JSONValue
      ),
    ].map { method, path, json in
      try client.begin(method, "/api/v1\(path)", json: json)
    }
    try await eventually(within: 20, "they all wait") {
      silent.requests.count >= 3 && post.begun >= 1
        && cloud.requests.count { $0.path.hasPrefix("/v1/iot-service") } >= 2
        ? true : nil
    }
    let begun = ContinuousClock.now
    #expect(try await service.stop() == 0)
    let end = try #require(service.process.endedAt)
    #expect(end - begun < .seconds(5), "\(end - begun)")
    withExtendedLifetime(waiting) {}

    let again = try await ServiceProcess.start(in: service.folder)
    let left = try HTTPClient(port: again.port, key: client.key).get(
      "/api/v1/notifications/history?event=maintenance_due"
    )
    .json
    #expect(left?.array?.map { $0["state"] } == ["waiting", "waiting"], "\(left ?? .null)")
    #expect(try await again.stop() == 0)
  }
}
