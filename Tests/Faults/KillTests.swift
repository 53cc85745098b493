import Glibc
import Model
import Simulator
import Synchronization
import TestKit
import Testing
import Wire

/// SIGKILL at any moment: the next start recovers by itself, and nothing that was answered 2xx is lost.
///
/// LAYERBERRY_ROUNDS says how often; three times by default.
struct KillTests {
  private static let rounds = getenv("LAYERBERRY_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 3

  @Test("What was answered is there after a kill at a random moment")
  func killLosesNothingThatWasAnswered() async throws {
    let folder = try TemporaryFolder()
    let port = try ServiceProcess.freePort()
    let ledger = Ledger()
    var key: String?
    for round in 1...Self.rounds {
      let service = try await ServiceProcess.start(in: folder, port: port)
      let known = try await service.existingOrNew(key)
      key = known
      let client = HTTPClient(port: port, key: known)
      try ledger.expectEverything(in: client, "round \(round)")
      let target = ledger.answered + Int.random(in: 1...25)
      let writer = Task { await apart { while ledger.changeSomething(through: client) {} } }
      try await eventually(within: 30, "\(target) changes are answered") { ledger.answered >= target ? true : nil }
      service.process.signal(SIGKILL)
      #expect(try await service.process.wait() == 128 + SIGKILL)
      await writer.value
    }
    let last = try await ServiceProcess.start(in: folder, port: port)
    try ledger.expectEverything(in: HTTPClient(port: port, key: key), "at the end")
    #expect(try await last.stop() == 0)
  }

  @Test("A print is followed over a stop and over a kill: one start, one end", arguments: [SIGTERM, SIGKILL])
  func aPrintOverAKill(signal: Int32) async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 20) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      let before = try stage.watch()
      printer.startPrint(name: "Tower", layers: 40, minutes: 30)
      let started = try before.next { $0["type"] == "print_started" }
      let running = try await stage.status(id, is: "printing")
      let startedAt = running["current_print"]?["started_at"]
      #expect(started["payload"]?["task_name"] == "Tower" && startedAt?.string != nil)
      stage.service.process.signal(signal)
      #expect(try await stage.service.process.wait() == (signal == SIGTERM ? 0 : 128 + SIGKILL))

      let again = try await ServiceProcess.start(in: stage.service.folder)
      let client = HTTPClient(port: again.port, key: stage.client.key)
      let after = try WebSocketClient(port: again.port, key: client.key ?? "")
      let status = try await eventually(within: 15, "it is followed again") { () -> JSONValue? in
        let status = try client.get("/api/v1/printers/\(id)/status").json
        return status?["state"] == "printing" ? status : .none
      }
      #expect(status["current_print"]?["started_at"] == startedAt, "it is the same print")
      stage.simulation.setSpeed(1200)
      var told: [String] = []
      _ = try after.next { message in
        if let type = message["type"]?.string, ["print_started", "print_complete", "print_failed"].contains(type) {
          told.append(type)
        }
        return message["type"] == "printer_state" && message["payload"]?["state"] == "finished" && !told.isEmpty
          || told.contains { $0 != "print_started" }
      }
      try after.send(["type": "ping"])
      _ = try after.next { message in
        if let type = message["type"]?.string, type.hasPrefix("print_"), type != "print_progress" { told.append(type) }
        return message["type"] == "pong"
      }
      #expect(told == ["print_complete"])
      #expect(try await again.stop() == 0)
    }
  }
}

extension ServiceProcess {
  /// The key of an earlier round still opens; the first round makes it.
  fileprivate func existingOrNew(_ key: String?) async throws -> String {
    if let key { return key }
    return try await self.key("read,admin")
  }
}

/// What was asked, what was answered, and so what must be there: one writer at a time.
private final class Ledger: Sendable {
  private struct State {
    /// The names of the printers that must be there, by serial number.
    var names: [String: String] = [:]
    var ids: [String: Int64] = [:]
    /// The change under way when the service was killed: both outcomes are right.
    var unsure: (serial: String, name: String?)?
    var answered = 0
    var next = 0
  }

  private let state = Mutex(State())

  var answered: Int { state.withLock { $0.answered } }

  /// Adds, renames or deletes one printer; false when the service does not answer any more.
  func changeSomething(through client: HTTPClient) -> Bool {
    let (serial, id) = state.withLock { state -> (String, Int64?) in
      if state.names.count > 2, let victim = state.names.keys.sorted().first, state.next % 3 != 0 {
        state.next += 1
        return (victim, state.ids[victim])
      }
      state.next += 1
      return ("01P00A\(100_000_000 + state.next)", nil)
    }
    let deletes = id != nil && state.withLock { $0.next % 2 == 0 }
    let name = deletes ? nil : "Name \(state.withLock { $0.next })"
    state.withLock { $0.unsure = (serial, name) }
    let answer: HTTPClient.Answer?
    switch (id, name) {
    case (let id?, nil): answer = try? client.send("DELETE", "/api/v1/printers/\(id)")
    case (let id?, let name?):
      answer = try? client.send("PATCH", "/api/v1/printers/\(id)", json: ["name": .string(name)])
    case (nil, let name):
      answer = try? client.send(
        "POST", "/api/v1/printers",
        json: [
          "name": .string(name ?? ""), "ip_address": "192.0.2.1", "serial_number": .string(serial),
          "access_code": "12345678", "enabled": false,
        ])
    }
    guard let answer, (200...299).contains(answer.status) else { return false }
    state.withLock { state in
      state.names[serial] = name
      if case .int(let id)? = answer.json?["id"] { state.ids[serial] = id }
      state.unsure = nil
      state.answered += 1
    }
    return true
  }

  func expectEverything(in client: HTTPClient, _ what: String) throws {
    let printers = try #require(client.get("/api/v1/printers").json?.array)
    state.withLock { state in
      var found: [String: String] = [:]
      for printer in printers {
        guard let serial = printer["serial_number"]?.string, let name = printer["name"]?.string else { continue }
        found[serial] = name
        if case .int(let id)? = printer["id"] { state.ids[serial] = id }
      }
      if let unsure = state.unsure {
        let shown = found[unsure.serial]
        #expect(shown == state.names[unsure.serial] || shown == unsure.name, "\(what): half a change")
        state.names[unsure.serial] = shown
        state.unsure = nil
      }
      #expect(found == state.names, "\(what)")
    }
  }
}
