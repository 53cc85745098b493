import Model
import Simulator
import Store
import TestKit
import Testing

@testable import Service

/// Each of the cloud's failures reaches the person as the right error (contract, section 5, "Cloud").
@Suite("The cloud's errors", .timeLimit(.minutes(1)))
struct CloudErrorTests {
  private static let path = "/v1/iot-service/api/user/bind"

  @Test("Each of S2's numbers, and each failure of the way there")
  func table() async throws {
    let table: [(fault: CloudStandFault, status: Int, code: Int?, error: String?)] = [
      (.code(400), 502, 400, "BAD_REQUEST"), (.code(401), 409, 401, "UNAUTHORIZED"),
      (.code(403), 409, 403, "FORBIDDEN"), (.code(404), 404, 404, "NOT_FOUND"),
      (.code(500), 502, 500, "INTERNAL_SERVER_ERROR"), (.code(1003), 404, 1003, "DEVICE_NOT_FOUND"),
      (.code(1004), 409, 1004, "DEVICE_OFFLINE"), (.code(1005), 502, 1005, "PRINT_JOB_FAILED"),
      (.code(1006), 502, 1006, "FILE_UPLOAD_FAILED"), (.page(404), 502, nil, "ERR_BAD_REQUEST"),
      (.page(502), 502, nil, "ERR_BAD_RESPONSE"), (.garbage, 502, nil, "ERR_BAD_RESPONSE"),
      (.long(1 << 30), 502, nil, "ERR_BAD_RESPONSE"), (.loop, 502, nil, "ERR_FR_TOO_MANY_REDIRECTS"),
      (.cut, 502, nil, "ERR_NETWORK"), (.redirect("gopher://x"), 502, nil, "ERR_BAD_RESPONSE"),
      (.name("ERR_CANCELED"), 502, nil, "ERR_CANCELED"), (.name("ERR_NETWORK"), 502, nil, "ERR_NETWORK"),
      (.name("ERR_CHECKSUM_MISMATCH"), 502, nil, "ERR_CHECKSUM_MISMATCH"),
      (.name("ERR_UPDATER_INVALID_VERSION"), 502, nil, "ERR_UPDATER_INVALID_VERSION"),
      (.name("ERR_INVALID_URL"), 502, nil, "ERR_INVALID_URL"), (.code(1001), 409, 1001, "TOKEN_INVALID"),
      (.code(1002), 409, 1002, "TOKEN_EXPIRED"),
    ]
    try await CloudBench.play(CloudStandAccount(), .reference) { bench in
      for row in table {
        bench.clock.pass(seconds: 61)
        try await bench.signIn()
        bench.cloud.fail(Self.path, with: row.fault, times: row.fault == .loop ? -1 : 1)
        let fault = try #require(await CloudBench.fault { try await bench.desk.devices() }, "\(row.fault)")
        #expect(fault.code == .cloudError && fault.status == row.status, "\(row.fault): \(fault)")
        #expect(fault.cloud?.code == row.code && fault.cloud?.error == row.error, "\(row.fault): \(fault)")
        if case .code(let number) = row.fault {
          #expect(fault.cloud?.details == "{\"reason\":\"The simulation was told to say \(number)\"}")
        }
        bench.cloud.clearFaults()
      }
    }
  }

  @Test("Too many requests: the cloud's word holds for everything, and so do our own limits")
  func limits() async throws {
    try await CloudBench.play { bench in
      try await bench.signIn()
      bench.cloud.fail(Self.path, with: .tooMany(42))
      let fault = await CloudBench.fault { try await bench.desk.devices() }
      #expect(fault?.status == 429 && fault?.retryAfter == 42 && fault?.cloud?.code == 429)
      let pause = await CloudBench.fault { try await bench.desk.sync() }
      #expect(pause?.status == 429 && pause?.message.contains("asked for a pause") == true && pause?.retryAfter == 42)
      bench.clock.pass(seconds: 61)
      for _ in 0..<10 { _ = try await bench.desk.devices() }
      let eleventh = await CloudBench.fault { try await bench.desk.devices() }
      #expect(eleventh?.status == 429 && (1...60).contains(eleventh?.retryAfter ?? 0))
      bench.clock.pass(seconds: 61)
      #expect(await CloudBench.fault { try await bench.desk.devices() } == nil)
    }
  }

  @Test("A silent cloud is a 504, one that is not there ERR_NETWORK")
  func silence() async throws {
    try await CloudBench.play { bench in
      try await bench.signIn()
      bench.clock.pass(seconds: 400)
      bench.cloud.fail("/v1/design-user-service", with: .silence)
      // The status waits for five seconds at most, and says what it knows.
      #expect(try await bench.desk.standing().verdict == .unknown)
      #expect(CloudProblem.timeout.status == 504)
      bench.cloud.stop()
      let fault = await CloudBench.fault { try await bench.desk.devices() }
      #expect(fault?.status == 502 && fault?.cloud?.error == "ERR_NETWORK")
    }
  }

  @Test("A redirect to another host gets neither the token nor the password")
  func redirect() async throws {
    try await CloudBench.play { bench in
      let other = try StandInCloud()
      let place = "http://localhost:\(other.port)/v1/user-service/user/login"
      bench.cloud.fail("/v1/user-service/user/login", with: .redirect(place))
      #expect(await CloudBench.fault { try await bench.signIn() }?.cloud?.error == "ERR_BAD_RESPONSE")
      #expect(other.requests.isEmpty)
      try await bench.signIn()
      bench.cloud.fail(Self.path, with: .redirect("http://localhost:\(other.port)\(Self.path)"))
      #expect(await CloudBench.fault { try await bench.desk.devices() } != nil)
      #expect(other.requests.allSatisfy { $0.headers["authorization"] == nil })
    }
  }

  @Test("A certificate that nobody vouches for is no cloud")
  func certificate() async throws {
    let server = try StandInServer(certificate: try TestCertificate(commonName: "localhost")) { _ in .json(200, "{}") }
    try await CloudBench.play { bench in
      bench.place.value = (.custom, server.url)
      let fault = await CloudBench.fault { try await bench.signIn() }
      #expect(fault?.cloud?.error == "ERR_NETWORK" && fault?.cloud?.message.contains("certificate") == true)
      #expect(server.requests.isEmpty)
    }
  }

  @Test("What the cloud repeats of token and password is not shown")
  func echo() async throws {
    try await CloudBench.play { bench in
      bench.cloud.fail("/v1/user-service/user/login", with: .echo)
      let login = try #require(await CloudBench.fault { try await bench.signIn() })
      #expect(!"\(login) \(String(describing: login.cloud))".contains("simulator"))
      try await bench.signIn()
      bench.cloud.fail(Self.path, with: .echo)
      let fault = try #require(await CloudBench.fault { try await bench.desk.devices() })
      for token in bench.cloud.tokens { #expect(!"\(String(describing: fault.cloud))".contains(token)) }
    }
  }
}
