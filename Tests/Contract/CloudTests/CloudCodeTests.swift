import Model
import Simulator
import TestKit
import Testing
import Wire

/// Each code of S2's two tables, and each `ERR_*` name, as the person who asked reads it (contract, section 5, "Cloud").
@Suite("The cloud's codes", .timeLimit(.minutes(2)))
struct CloudCodeTests {
  private struct Row {
    var fault: CloudStandFault
    var status: Int
    var code: Int?
    var error: String?
    /// Of our sentence.
    var words: String
  }

  private static let tasks = "/v1/user-service/my/tasks"

  /// S2's "Common Codes", "Application-Specific Codes" and "Error Codes Found in Code", line by line; 0 is success.
  private static let rows: [Row] = [
    Row(fault: .code(400), status: 502, code: 400, error: "BAD_REQUEST", words: "did not understand"),
    Row(fault: .code(401), status: 409, code: 401, error: "UNAUTHORIZED", words: "did not let the request in"),
    Row(fault: .code(403), status: 409, code: 403, error: "FORBIDDEN", words: "does not allow"),
    Row(fault: .code(404), status: 404, code: 404, error: "NOT_FOUND", words: "knows nothing of it"),
    Row(fault: .code(500), status: 502, code: 500, error: "INTERNAL_SERVER_ERROR", words: "a fault of its own"),
    Row(fault: .code(1001), status: 409, code: 1001, error: "TOKEN_INVALID", words: "Sign in to the cloud anew"),
    Row(fault: .code(1002), status: 409, code: 1002, error: "TOKEN_EXPIRED", words: "has expired"),
    Row(fault: .code(1003), status: 404, code: 1003, error: "DEVICE_NOT_FOUND", words: "no such printer"),
    Row(fault: .code(1004), status: 409, code: 1004, error: "DEVICE_OFFLINE", words: "not connected to the cloud"),
    Row(fault: .code(1005), status: 502, code: 1005, error: "PRINT_JOB_FAILED", words: "print job failed"),
    Row(fault: .code(1006), status: 502, code: 1006, error: "FILE_UPLOAD_FAILED", words: "did not take the file"),
    Row(fault: .cut, status: 502, error: "ERR_NETWORK", words: "cannot be reached"),
    Row(fault: .page(404), status: 502, error: "ERR_BAD_REQUEST", words: "without saying why"),
    Row(fault: .page(502), status: 502, error: "ERR_BAD_RESPONSE", words: "cannot be read"),
    Row(fault: .loop, status: 502, error: "ERR_FR_TOO_MANY_REDIRECTS", words: "redirects too often"),
    Row(fault: .name("ERR_CANCELED"), status: 502, error: "ERR_CANCELED", words: "given up"),
    Row(fault: .name("ERR_CHECKSUM_MISMATCH"), status: 502, error: "ERR_CHECKSUM_MISMATCH", words: "another file"),
    Row(
      fault: .name("ERR_UPDATER_INVALID_VERSION"), status: 502, error: "ERR_UPDATER_INVALID_VERSION",
      words: "the version"),
    Row(fault: .name("ERR_INVALID_URL"), status: 502, error: "ERR_INVALID_URL", words: "cloud.base_url"),
    // The last, as its word holds for all that comes after.
    Row(fault: .code(429), status: 429, code: 429, error: "TOO_MANY_REQUESTS", words: "no more requests"),
  ]

  private static func judge(_ row: Row, _ answer: HTTPClient.Answer, isWrapped: Bool) {
    let what = "\(row.fault): \(answer.status) \(answer.text)"
    let error = isWrapped ? answer.json?["error"] : answer.json
    #expect(answer.status == row.status, "\(what)")
    #expect(error?["code"] == "CLOUD_ERROR" && (!isWrapped || answer.json?["success"] == false), "\(what)")
    #expect(error?[isWrapped ? "message" : "detail"]?.string?.contains(row.words) == true, "\(what)")
    let cloud = error?["cloud"]
    #expect(cloud?["code"] == row.code.map { .int(Int64($0)) } ?? .null, "\(what)")
    #expect(cloud?["error"]?.string == row.error && cloud?["message"]?.string?.isEmpty == false, "\(what)")
    if case .code(let number) = row.fault {
      #expect(cloud?["details"]?["reason"]?.string == "The simulation was told to say \(number)", "\(what)")
    }
    #expect((answer.headers["retry-after"].flatMap(Int.init) ?? 0 > 0) == (row.status == 429), "\(what)")
  }

  @Test("Each code and each name is the error that it should be, in both formats; silence is a 504")
  func table() async throws {
    let known = Set(Self.rows.compactMap(\.code))
    #expect(known == Set(CloudCode.allCases.map(\.rawValue)), "a code of S2 has no row")
    let names = Set(Self.rows.compactMap(\.error))
    #expect(names.isSuperset(of: CloudClientError.allCases.map(\.rawValue)), "a name of S2 has no row")
    let cloud = try StandInCloud(manner: .reference)
    try await Stage.play([]) { stage in
      try CloudTests.open(cloud, stage)
      try #require(try CloudTests.signIn(stage).status == 200)
      // A question that is never answered costs half a minute: it waits beside the others.
      cloud.fail("/v1/iot-service/api/user/bind", with: .silence)
      let silent = try stage.client.begin("GET", "/api/v1/cloud/devices")
      try await eventually(within: 10, "the silent question is asked") {
        cloud.requests.contains { $0.path.hasSuffix("/user/bind") } ? true : nil
      }
      for (index, row) in Self.rows.enumerated() {
        let isWrapped = index % 2 == 1
        cloud.fail(Self.tasks, with: row.fault, times: row.fault == .loop ? -1 : 1)
        let answer = try stage.client.get(
          "/api/v1/cloud/tasks", headers: isWrapped ? ["X-Response-Format": "envelope"] : [:])
        Self.judge(row, answer, isWrapped: isWrapped)
        cloud.clearFaults()
        if row.code == 1001 || row.code == 1002 {
          // The sign-in has ended, and whoever asks is told so until somebody signs in.
          #expect(try stage.client.get("/api/v1/cloud/status").json?["state"] == "expired")
          #expect(try stage.client.get("/api/v1/cloud/tasks").status == 409)
          try #require(try CloudTests.signIn(stage).status == 200)
        }
      }
      let answer = try await silent.answer(within: 60)
      #expect(answer.status == 504 && answer.json?["code"] == "CLOUD_ERROR", "\(answer.status) \(answer.text)")
      #expect(answer.json?["detail"]?.string?.contains("did not answer in time") == true)
    }
  }
}
