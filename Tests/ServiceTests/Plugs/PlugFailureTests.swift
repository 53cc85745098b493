import Loop
import Model
import Reach
import Store
import TestKit
import Testing

@testable import Service

/// Every type of plug that is asked over HTTP, with everything that goes wrong on the way: always `PLUG_OFFLINE`, with a
/// sentence that says what happened, and never believed. What goes wrong with a broker is in `MQTTPlugTests`.
@Suite("Failures of smart plugs", .timeLimit(.minutes(1)))
struct PlugFailureTests {
  struct Kind: Sendable, CustomTestStringConvertible {
    var name: String
    var kind: PlugKind
    var options: [PlugOptions.Name: String] = [:]
    var testDescription: String { name }
  }

  static let kinds = [
    Kind(name: "Tasmota", kind: .tasmota), Kind(name: "Shelly", kind: .shelly),
    Kind(name: "Shelly 1", kind: .shelly, options: [.generation: "1"]),
    Kind(name: "Shelly 2", kind: .shelly, options: [.generation: "2"]),
    Kind(name: "Home Assistant", kind: .homeAssistant, options: [.entity: "switch.printer"]),
    Kind(name: "HTTP", kind: .http, options: [.stateKey: "state"]),
  ]

  private static func driver(_ kind: Kind, _ url: String, authorities: String? = nil) throws -> any PlugDriver {
    let rule = AddressRule(allowsLoopback: true, ownPorts: [], authorities: authorities)
    let client = WebClient(
      threads: ReachThreads(name: "test", limit: 2), rule: { rule }, lookup: { _ in ["127.0.0.1"] })
    let drivers = PlugDrivers(bank: TestRelays(), client: client) { rule }
    return try drivers.driver(
      for: SmartPlug(
        name: "x", kind: kind.kind, address: url, password: Secret("geheim"), token: Secret("geheim"),
        options: PlugOptions(kind.options)))
  }

  private static func expectOffline(_ kind: Kind, _ url: String, _ what: String, words: String) async throws {
    let driver = try driver(kind, url)
    for deed in ["status", "on", "off"] {
      let fault = await #expect(throws: Fault.self, "\(kind.name), \(what), \(deed)") {
        if deed == "status" { _ = try await driver.status() } else { try await driver.turn(on: deed == "on") }
      }
      #expect(
        fault?.code == .plugOffline && fault?.status == 502, "\(kind.name), \(what): \(String(describing: fault))")
      let message = fault?.message ?? ""
      #expect(message.contains(words), "\(kind.name), \(what), \(deed): \(message)")
      for secret in ["geheim", "html", "secret of the plug"] { #expect(!message.contains(secret), "\(message)") }
    }
    await driver.close()
  }

  @Test("Answers that are none", arguments: kinds)
  func answers(kind: Kind) async throws {
    let page = Array("<html>secret of the plug</html>".utf8)
    let table: [(what: String, reply: StandInReply, words: String)] = [
      ("429", .answer(429, headers: [("Retry-After", "7")]), "status 429"),
      ("500", .answer(500, body: page), "status 500"),
      ("503", .answer(503), "status 503"), ("401", .answer(401), "refuses us"),
      ("403", .answer(403, body: page), "refuses us"),
      ("404", .answer(404), "404"), ("a gigabyte", .long(1 << 30), "longer"), ("cut off", .cut, "broke off"),
      ("headers without end", .headers, "does not answer"), ("a circle", .redirect(302, to: "/status"), "redirects"),
      ("a redirect to a file", .redirect(302, to: "file:///etc/passwd"), "redirect"),
    ]
    for (what, reply, words) in table {
      let server = try StandInServer { _ in reply }
      try await Self.expectOffline(kind, server.url, what, words: words)
    }
    let gone = try ServiceProcess.freePort()
    try await Self.expectOffline(kind, "http://127.0.0.1:\(gone)", "nobody", words: "Nothing answers")
  }

  @Test("A certificate that nobody vouches for, or for another name: nothing is asked", arguments: kinds)
  func certificates(kind: Kind) async throws {
    let authority = try StandInAuthority()
    for certificate in [
      try StandInAuthority().certificate(for: "localhost"), try authority.certificate(for: "elsewhere"),
    ] {
      let server = try StandInServer(certificate: certificate) { _ in .json(200, "{}") }
      let driver = try Self.driver(kind, server.url, authorities: authority.path)
      let fault = await #expect(throws: Fault.self) { try await driver.status() }
      #expect(fault?.code == .plugOffline && fault?.message.contains("certificate") == true, "\(fault?.message ?? "")")
      #expect(server.requests.isEmpty)
    }
  }

  @Test("One that says nothing costs six seconds, and is told as that")
  func silence() async throws {
    let server = try StandInServer { _ in .silence }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for kind in Self.kinds {
        group.addTask {
          let begun = ContinuousClock.now
          let driver = try Self.driver(kind, server.url)
          let fault = await #expect(throws: Fault.self) { try await driver.status() }
          #expect(fault?.code == .plugOffline && fault?.message.contains("in time") == true, "\(kind.name)")
          #expect(ContinuousClock.now - begun < .seconds(15), "\(kind.name)")
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("What is no plug's answer is not believed: the state is unknown, or it is told", arguments: kinds)
  func nonsense(kind: Kind) async throws {
    for text in [
      "", "<html>", "[1,2]", "{}", "null", "\"maybe\"", #"{"POWER":"PERHAPS","state":"perhaps","output":3}"#,
      #"{"POWER":{"a":1},"state":[],"relays":[],"output":"x","meters":[]}"#, #"{"relays":[{"ison":"maybe"}]}"#,
    ] {
      let server = try StandInServer { _ in .json(200, text) }
      let driver = try Self.driver(kind, server.url)
      do {
        let reading = try await driver.status()
        #expect(reading.state == .unknown, "\(kind.name) believes \(text)")
      } catch let fault as Fault {
        #expect(fault.code == .plugOffline && fault.message.contains("not what its type says"), "\(text): \(fault)")
      }
    }
  }
}
