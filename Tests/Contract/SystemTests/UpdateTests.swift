import TestKit
import Testing
import Wire

/// `/updates` of a build that was given no key (contract, section 5, "Updates, system").
struct UpdateTests {
  @Test("A build without a key believes no update and says so; nothing goes on")
  func withoutKey() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    #expect(try client.get("/api/v1/updates/check").json?["code"] == "CONFLICT")
    #expect(try client.get("/api/v1/updates/check").status == 409)
    #expect(try client.send("POST", "/api/v1/updates/apply").status == 409)
    #expect(try client.send("POST", "/api/v1/updates/apply", json: ["version": "9.0.0"]).status == 409)
    #expect(try client.send("POST", "/api/v1/updates/apply", json: ["version": "nine"]).status == 400)
    let sent = try client.send(
      "POST", "/api/v1/updates/apply", body: Array("LBRYUPDT".utf8),
      headers: ["Content-Type": "application/octet-stream"])
    #expect(sent.status == 409)
    let status = try client.get("/api/v1/updates/status").json
    #expect(status == ["state": "idle", "progress": 0, "version": .null, "error": .null, "slot": .null])
    // A setting is read by many, so that no password may be in it.
    for url in ["ftp://example.org/", "http://", "no address", "https://me:word@u.example.org/m.json"] {
      #expect(try client.send("PATCH", "/api/v1/settings", json: ["update.url": .string(url)]).status == 400, "\(url)")
    }
    #expect(
      try client.send("PATCH", "/api/v1/settings", json: ["update.url": "https://u.example.org/m.json"]).status == 200)
    #expect(try await service.stop() == 0)
  }
}
