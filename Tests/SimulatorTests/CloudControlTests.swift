import Model
import TestKit
import Testing
import Wire

@testable import Simulator

/// The control lines of `layerberry-simulator --cloud`: what each makes the simulated cloud answer.
@Suite("Control lines of the cloud", .timeLimit(.minutes(1)))
struct CloudControlTests {
  private static let place = "/v1/iot-service/api/user/bind"

  /// The account's printers, asked for with a token that was signed in for; nil where no whole answer came.
  private static func ask(_ cloud: StandInCloud, signsIn: Bool = true) throws -> HTTPClient.Answer? {
    if signsIn || cloud.tokens.isEmpty {
      let login = try HTTPClient(port: Int(cloud.port)).send(
        "POST", "/v1/user-service/user/login",
        json: ["account": .string(cloud.account.name), "password": .string(cloud.account.password.exposed)])
      try #require(login.status == 200, "\(login.text)")
    }
    let token = cloud.tokens.first ?? "none"
    return try? HTTPClient(port: Int(cloud.port), timeout: 1).get(place, headers: ["Authorization": "Bearer \(token)"])
  }

  @Test("Each fault that a line injects is answered once, at its path, and the cloud is well again")
  func faults() async throws {
    try await withSimulation([PrinterSpecification(model: .p1s)]) { simulation, _ in
      let cloud = try simulation.openCloud(port: 0, account: CloudStandAccount(), manner: .reference)
      #expect(try Self.ask(cloud)?.json?["data"]?.array?.count == 1)
      let table: [(line: String, status: Int, words: String)] = [
        ("code 1001", 401, "TOKEN_INVALID"), ("code 1006", 500, "FILE_UPLOAD_FAILED"), ("page 503", 503, "<html>"),
        ("too-many 42", 429, "Slow down"), ("challenge", 403, "Just a moment"), ("expiry", 401, "TOKEN_EXPIRED"),
        ("name ERR_CANCELED", 400, "ERR_CANCELED"), ("garbage", 200, "{\""), ("long 5000", 200, "     "),
        ("loop", 302, ""), ("redirect http://127.0.0.1/x", 307, ""), ("echo", 400, "Bearer "),
        ("cut", 200, "{\"code\":"),
      ]
      for (line, status, words) in table {
        let verb = line.prefix { $0 != " " }
        let said = simulation.command("cloud \(line) at \(Self.place)")
        #expect(said == "the next request at \(Self.place): \(verb)")
        let answer = try #require(try Self.ask(cloud), "\(line)")
        #expect(answer.status == status && answer.text.contains(words), "\(line): \(answer.status) \(answer.text)")
        if line == "too-many 42" { #expect(answer.headers["retry-after"] == "42") }
        if verb == "redirect" { #expect(answer.headers["location"] == "http://127.0.0.1/x") }
        if verb == "loop" { #expect(answer.headers["location"] == Self.place) }
        #expect(try Self.ask(cloud)?.status == 200, "after \(line)")
      }
      #expect(simulation.command("cloud silence") == "the next request at /: silence")
      #expect(try Self.ask(cloud, signsIn: false) == nil)
      #expect(try Self.ask(cloud)?.status == 200)
    }
  }

  @Test("Faults last as often as is said, or until they are cleared, and only where they are said to be")
  func timesAndPlaces() async throws {
    try await withSimulation([PrinterSpecification(model: .p1s)]) { simulation, _ in
      let cloud = try simulation.openCloud(port: 0, account: CloudStandAccount(), manner: .observed)
      #expect(
        simulation.command("cloud page 500 times 2 at \(Self.place)") == "the next 2 requests at \(Self.place): page")
      #expect(try (1...3).map { _ in try Self.ask(cloud)?.status } == [500, 500, 200])
      _ = simulation.command("cloud page 500 at /v1/elsewhere times -1")
      #expect(try Self.ask(cloud)?.status == 200)
      #expect(simulation.command("cloud page 500 at \(Self.place) times -1") == "all requests at \(Self.place): page")
      #expect(try (1...4).map { _ in try Self.ask(cloud)?.status } == [500, 500, 500, 500])
      #expect(simulation.command("cloud clear") == "the cloud has no faults")
      #expect(try Self.ask(cloud)?.status == 200)
    }
  }

  @Test("The manner of its answers and what a sign-in needs change while it runs")
  func manners() async throws {
    try await withSimulation([PrinterSpecification(model: .p1s)]) { simulation, _ in
      let cloud = try simulation.openCloud(port: 0, account: CloudStandAccount(), manner: .observed)
      #expect(try Self.ask(cloud)?.json?["devices"]?.array?.count == 1)
      #expect(simulation.command("cloud manner reference") == "the cloud answers as reference")
      #expect(try Self.ask(cloud)?.json?["data"]?.array?.count == 1)
      #expect(simulation.command("cloud manner observed") == "the cloud answers as observed")
      let login: JSONValue = ["account": "demo@example.com", "password": "simulator"]
      for (word, type) in [("code", "verifyCode"), ("tfa", "tfa"), ("password", "")] {
        #expect(simulation.command("cloud demand \(word)").hasPrefix("a sign-in needs "))
        let answer = try HTTPClient(port: Int(cloud.port)).send("POST", "/v1/user-service/user/login", json: login)
        #expect(answer.json?["loginType"]?.string == type)
      }
    }
  }

  @Test("A line that does not fit is told what would, and nothing is injected")
  func badLines() async throws {
    try await withSimulation([PrinterSpecification(model: .p1s)]) { simulation, _ in
      #expect(simulation.command("cloud clear") == "error: there is no cloud; start with --cloud PORT")
      let cloud = try simulation.openCloud(port: 0, account: CloudStandAccount(), manner: .observed)
      for (line, words) in [
        ("", "help"), ("explode", "no fault explode"), ("code", "a number"), ("code x", "a number"),
        ("page", "a number"), ("too-many", "a number"), ("long -7", "a number"), ("redirect", "where"),
        ("name", "which"), ("manner loud", "reference"), ("demand", "password, code or tfa"),
        ("code 500 times often", "a number"),
      ] {
        let said = simulation.command("cloud \(line)")
        #expect(said.hasPrefix("error: ") && said.contains(words), "\(line): \(said)")
      }
      #expect(try Self.ask(cloud)?.status == 200)
      let help = simulation.command("help")
      for verb in ["code N", "too-many", "challenge", "expiry", "silence", "manner", "demand"] {
        #expect(help.contains(verb), "\(verb)")
      }
    }
  }
}
