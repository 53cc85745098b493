import TestKit
import Testing
import Wire

/// Bad input, as tables: each row is a 400 that names the field, or the status that the contract has for it.
struct BadRequestTests {
  private static let good: [String: JSONValue] = [
    "name": "Bench", "ip_address": "192.0.2.10", "serial_number": "01P00A000000001", "access_code": "12345678",
    "enabled": false,
  ]

  private static let badFields: [(field: String, values: [JSONValue])] = [
    ("name", [.null, "", "   ", .string(String(repeating: "n", count: 101)), "two\nlines", 7]),
    (
      "ip_address",
      [
        .null, "", "http://192.0.2.10", "192.0.2.10:8883", "192.0.2.999", "user@printer", "two words", "-printer",
        "printer..local", "fe80::1::2", "printer/../x", 42,
      ]
    ),
    (
      "serial_number",
      [
        .null, "", "01P", "01P00A00000000+", "01P00A0000000/#", .string(String(repeating: "0", count: 25)),
        "01P00A 00000001", 1_234_567_890,
      ]
    ),
    ("access_code", [.null, "", "with space", "schlüssel", .string(String(repeating: "1", count: 33)), 12_345_678]),
    ("mqtt_port", [0, 65_536, -1, 1.5, "8883", true]),
    ("ftps_port", [0, 65_536, "990"]),
    ("camera_port", [0, 65_536, []]),
    ("model", ["Another maker's", 3]),
    (
      "fingerprint",
      ["", "0f", .string(String(repeating: "0F", count: 32)), .string(String(repeating: "zz", count: 32))]
    ),
    ("enabled", ["yes", 1]),
  ]

  private static let badKeyFields: [(field: String, values: [JSONValue])] = [
    ("name", [.null, "", 5]),
    ("permissions", [.null, [], "read", ["read", "everything"], [1]]),
    ("printer_ids", ["1", [0], ["1"], [99]]),
    ("expires_at", ["tomorrow", "2030-01-01T00:00:00", 1_900_000_000]),
  ]

  @Test("A field that does not fit is a 400 that names it")
  func aFieldThatDoesNotFitIsNamed() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    for (path, good, table) in [
      ("/api/v1/printers", Self.good, Self.badFields),
      ("/api/v1/api-keys", ["name": "script", "permissions": ["read"]], Self.badKeyFields),
    ] {
      for (field, values) in table {
        for value in values {
          let answer = try client.send("POST", path, json: .object(good.merging([field: value]) { $1 }))
          expectRefusal(answer, field, "\(path) \(field) \(value)")
        }
      }
    }
    #expect(try client.get("/api/v1/printers").json == [], "nothing of it was added")
    #expect(try await service.stop() == 0)
  }

  @Test("A change with a field that does not fit changes nothing")
  func aBadChangeChangesNothing() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    #expect(try client.send("POST", "/api/v1/printers", json: .object(Self.good)).status == 201)
    let before = try client.get("/api/v1/printers/1").json
    for (field, values) in Self.badFields where !["fingerprint", "access_code"].contains(field) {
      let clears = ["mqtt_port", "ftps_port", "camera_port", "model"].contains(field)
      for value in values where !(clears && value == .null) {
        for verb in ["PATCH", "PUT"] {
          let answer = try client.send(
            verb, "/api/v1/printers/1", json: .object(["enabled": false].merging([field: value]) { $1 }))
          expectRefusal(answer, field, "\(verb) \(field) \(value)")
        }
      }
    }
    #expect(try client.get("/api/v1/printers/1").json == before)
    let cleared = try client.send("PATCH", "/api/v1/printers/1", json: ["access_code": nil])
    expectRefusal(cleared, "access_code", "clearing the access code")
    #expect(try await service.stop() == 0)
  }

  private func expectRefusal(_ answer: HTTPClient.Answer, _ field: String, _ what: String) {
    #expect(answer.status == 400, "\(what)")
    #expect(answer.json?["code"] == "INVALID_REQUEST", "\(what)")
    let named = answer.json?["errors"]?.array?.contains { $0["field"]?.string == field && $0["message"]?.string != nil }
    // A rule of the database names its field as well.
    #expect(named == true, "\(what): \(answer.text)")
    #expect(answer.json?["detail"]?.string?.contains(field) == true, "\(what): \(answer.text)")
  }

  private struct Row {
    var what: String
    var method = "GET"
    var path: String
    var body: [UInt8] = []
    var headers: [String: String] = [:]
    var status: Int
    var code: String
  }

  private static let json = ["Content-Type": "application/json"]

  private static let rows = [
    Row(what: "unknown path", path: "/api/v1/printer", status: 404, code: "NOT_FOUND"),
    Row(what: "unknown path below a resource", path: "/api/v1/printers/1/x", status: 404, code: "NOT_FOUND"),
    Row(what: "path outside of the API", path: "/nothing", status: 404, code: "NOT_FOUND"),
    Row(what: "no such printer", path: "/api/v1/printers/99", status: 404, code: "PRINTER_NOT_FOUND"),
    Row(what: "an id that is no number", path: "/api/v1/printers/one", status: 404, code: "PRINTER_NOT_FOUND"),
    Row(
      what: "an id beyond all numbers", path: "/api/v1/printers/99999999999999999999", status: 404,
      code: "PRINTER_NOT_FOUND"),
    Row(what: "an id with a sign", path: "/api/v1/printers/+1", status: 404, code: "PRINTER_NOT_FOUND"),
    Row(what: "the status of no printer", path: "/api/v1/printers/0/status", status: 404, code: "PRINTER_NOT_FOUND"),
    Row(
      what: "deleting no printer", method: "DELETE", path: "/api/v1/printers/99", status: 404, code: "PRINTER_NOT_FOUND"
    ),
    Row(what: "a key that is no number", path: "/api/v1/api-keys/x", status: 404, code: "NOT_FOUND"),
    Row(what: "wrong method", method: "DELETE", path: "/api/v1/printers", status: 405, code: "METHOD_NOT_ALLOWED"),
    Row(
      what: "wrong method, another's format", method: "DELETE", path: "/api/v1/archives/export?format=csv", status: 405,
      code: "METHOD_NOT_ALLOWED"),
    Row(what: "wrong method", method: "POST", path: "/health", status: 405, code: "METHOD_NOT_ALLOWED"),
    Row(
      what: "wrong content type", method: "POST", path: "/api/v1/printers", body: Array("{}".utf8),
      headers: ["Content-Type": "text/plain"], status: 415, code: "UNSUPPORTED_MEDIA_TYPE"),
    Row(
      what: "no content type", method: "POST", path: "/api/v1/printers", body: Array("{}".utf8), status: 415,
      code: "UNSUPPORTED_MEDIA_TYPE"),
    Row(
      what: "no JSON", method: "POST", path: "/api/v1/printers", body: Array("{\"name\":".utf8), headers: json,
      status: 400, code: "INVALID_REQUEST"),
    Row(
      what: "an empty body where one is due", method: "POST", path: "/api/v1/printers", headers: json, status: 400,
      code: "INVALID_REQUEST"),
    Row(
      what: "no object", method: "POST", path: "/api/v1/printers", body: Array("[]".utf8), headers: json, status: 400,
      code: "INVALID_REQUEST"),
    Row(
      what: "invalid UTF-8", method: "POST", path: "/api/v1/projects",
      body: Array("{\"name\":\"a".utf8) + [0xFF] + Array("\"}".utf8), headers: json, status: 400,
      code: "INVALID_REQUEST"
    ),
    Row(
      what: "half of a surrogate pair", method: "POST", path: "/api/v1/projects",
      body: Array(#"{"name":"a\ud800"}"#.utf8), headers: json, status: 400, code: "INVALID_REQUEST"),
    Row(
      what: "nested without end", method: "POST", path: "/api/v1/printers",
      body: Array(repeating: UInt8(ascii: "["), count: 100_000), headers: json, status: 400, code: "INVALID_REQUEST"),
    Row(
      what: "more than 1 MiB", method: "POST", path: "/api/v1/printers",
      body: Array(repeating: UInt8(ascii: " "), count: (1 << 20) + 1), headers: json, status: 413,
      code: "PAYLOAD_TOO_LARGE"),
    Row(
      what: "an unknown format in the header", path: "/api/v1/printers", headers: ["X-Response-Format": "xml"],
      status: 400, code: "INVALID_REQUEST"),
    Row(
      what: "an unknown format in the query", path: "/api/v1/printers?format=xml", status: 400, code: "INVALID_REQUEST"),
    Row(what: "limit above 500", path: "/api/v1/printers?limit=501", status: 400, code: "INVALID_REQUEST"),
    Row(what: "limit 0", path: "/api/v1/printers?limit=0", status: 400, code: "INVALID_REQUEST"),
    Row(what: "limit that is no number", path: "/api/v1/printers?limit=all", status: 400, code: "INVALID_REQUEST"),
    Row(what: "offset below 0", path: "/api/v1/printers?offset=-1", status: 400, code: "INVALID_REQUEST"),
    Row(what: "page 0", path: "/api/v1/printers?page=0", status: 400, code: "INVALID_REQUEST"),
    Row(what: "per_page above 500", path: "/api/v1/printers?per_page=501", status: 400, code: "INVALID_REQUEST"),
    Row(
      what: "both pairs of page words", path: "/api/v1/printers?limit=5&page=1", status: 400, code: "INVALID_REQUEST"),
    Row(
      what: "both pairs of page words, the other way", path: "/api/v1/printers?offset=0&per_page=5", status: 400,
      code: "INVALID_REQUEST"),
  ]

  @Test("A request that does not fit has the status and code of its mistake")
  func badRequestsHaveTheirStatus() async throws {
    let service = try await ServiceProcess.start()
    let client = try await service.client()
    for row in Self.rows {
      let answer = try client.send(row.method, row.path, body: row.body, headers: row.headers)
      #expect(answer.status == row.status, "\(row.what)")
      #expect(answer.json?["code"]?.string == row.code, "\(row.what): \(answer.text)")
      #expect(answer.json?["detail"]?.string?.isEmpty == false, "\(row.what)")
      let named = ["limit", "offset", "page", "per_page", "format"].first { row.path.contains("?\($0)=") }
      if row.status == 400, let parameter = named {
        #expect(answer.json?["detail"]?.string?.contains(parameter) == true, "\(row.what): \(answer.text)")
      }
      if row.status == 405 { #expect(answer.headers["allow"]?.contains("GET") == true, "\(row.what)") }
    }
    #expect(try client.get("/health").status == 200)
    #expect(try await service.stop() == 0)
  }
}
