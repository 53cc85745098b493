import Model
import Simulator
import TestKit
import Testing
import Wire

/// What goes wrong between the service and a printer shows in the status as what it is, and heals when its cause goes.
///
/// Here with the times that the service runs with; what takes a minute there is in `WatchdogTests`.
struct ConnectionFaultTests {
  /// All reported fields are gone, what was known last stays.
  private func expectSilence(_ status: JSONValue, _ what: String) {
    #expect(status["connected"] == false, "\(what)")
    for field in ["progress", "temperatures", "nozzles", "fans", "lights", "ams", "hms_errors", "firmware", "control"] {
      #expect(status[field] == .null, "\(what): \(field)")
    }
    #expect(status["last_state"] == "idle" && status["last_update"]?.string != nil, "\(what)")
  }

  @Test("A killed broker is unreachable, told once, and followed again when it is back")
  func killedBroker() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s), PrinterSpecification(model: .x1c)]) { stage in
      for printer in stage.printers { try await stage.status(try stage.add(printer), is: "idle") }
      let socket = try stage.watch()
      stage.simulation.stopBroker()
      for id in 1...2 as ClosedRange<Int64> {
        let status = try await stage.status(id, "it is unreachable") { $0["error"] == "unreachable" }
        #expect(status["state"] == "offline")
        expectSilence(status, "killed broker")
      }
      _ = try socket.next { $0["type"] == "printer_offline" && $0["printer_id"] == 1 }
      try stage.simulation.startBroker()
      for id in 1...2 as ClosedRange<Int64> {
        let status = try await stage.status(id, is: "idle")
        #expect(status["error"] == .null && status["connected"] == true)
      }
      _ = try socket.next { $0["type"] == "printer_state" && $0["payload"]?["state"] == "idle" }
    }
  }

  @Test("A connection that is cut, also in the middle of a report, is made again")
  func cutConnections() async throws {
    try await Stage.play([PrinterSpecification(model: .x1c)]) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      for (round, fault) in [PrinterFault.dropMidMessage, .dropAll].enumerated() {
        printer.inject(fault)
        #expect(await printer.wait(15) { $0.sessionsEver == round + 2 })
        let status = try await stage.status(id, is: "idle")
        #expect(status["error"] == .null && status["temperatures"]?["bed"]?.isNumber == true)
      }
    }
  }

  @Test("A closed port is unreachable; what is no printer is not_a_printer; both heal by themselves")
  func wrongDoors() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s), PrinterSpecification(model: .a1)]) { stage in
      let ids = try stage.printers.map { try stage.add($0) }
      for id in ids { try await stage.status(id, is: "idle") }
      for (printer, fault) in zip(stage.printers, [PrinterFault.refuseConnections, .garbage]) {
        printer.inject(fault)
        printer.inject(.dropAll)
      }
      for (id, error) in zip(ids, ["unreachable", "not_a_printer"]) {
        let status = try await stage.status(id, error) { $0["error"]?.string == error }
        #expect(status["state"] == "offline")
        expectSilence(status, error)
      }
      for printer in stage.printers { printer.clearFaults() }
      for id in ids { try await stage.status(id, is: "idle") }
    }
  }

  @Test("A wrong access code is an error that names it, and is right at once when it is corrected")
  func wrongAccessCode() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)]) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer, changing: ["access_code": "wrong-code-1"])
      let wrong = try await stage.status(id, is: "error")
      #expect(wrong["error"] == "wrong_access_code" && wrong["connected"] == false)
      #expect(printer.counters.refused == 1, "a wrong code is not tried again at once")
      let path = "/api/v1/printers/\(id)"
      let code = printer.accessCode.secret.exposed
      #expect(try stage.client.send("PATCH", path, json: ["access_code": .string(code)]).status == 200)
      try await stage.status(id, is: "idle")
      // Somebody switches the mode at the printer's screen: the code changes while the session stands.
      printer.changeAccessCode(try AccessCode("new-code-2"))
      let changed = try await stage.status(id, is: "error")
      #expect(changed["error"] == "wrong_access_code")
      expectSilence(changed, "changed access code")
      #expect(try stage.client.send("PATCH", path, json: ["access_code": "new-code-2"]).status == 200)
      try await stage.status(id, is: "idle")
      for secret in ["wrong-code-1", "new-code-2", code] {
        #expect(!stage.service.process.text.contains(secret), "no secret is logged")
        #expect(!(try stage.client.get(path).text.contains(secret)))
        #expect(!(try stage.client.get("\(path)/status").text.contains(secret)))
      }
    }
  }

  @Test("A certificate for another serial number is an error, and the access code is never sent to it")
  func wrongSerial() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s, certificate: .otherSerial)]) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      let status = try await stage.status(id, is: "error")
      #expect(status["error"] == "wrong_serial")
      #expect(printer.counters.sessionsEver == 0 && printer.counters.refused == 0)
      try printer.useCertificate(.complete)
      #expect(try stage.client.send("POST", "/api/v1/printers/\(id)/connect").status == 200)
      try await stage.status(id, is: "idle")
    }
  }

  @Test("A changed key is an error until a person trusts exactly the one that is offered")
  func changedCertificate() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s, certificate: .selfSigned)]) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      let path = "/api/v1/printers/\(id)"
      try await stage.status(id, is: "idle")
      let trust = try stage.printer(id)["trust"]
      #expect(trust?["state"] == "pinned" && trust?["offered"] == .null)
      let pinned = try #require(trust?["fingerprint"]?.string)
      #expect(pinned.utf8.count == 64)

      try printer.useCertificate(.otherSelfSigned)
      let sessions = printer.counters.sessionsEver
      let status = try await stage.status(id, is: "error")
      #expect(status["error"] == "certificate_changed")
      expectSilence(status, "changed certificate")
      let changed = try #require(stage.printer(id)["trust"])
      #expect(changed["state"] == "changed" && changed["fingerprint"]?.string == pinned)
      let offered = try #require(changed["offered"]?.string)
      #expect(printer.counters.sessionsEver == sessions && printer.counters.refused == 0)

      for wrong in [pinned, String(repeating: "0", count: 64)] {
        let refused = try stage.client.send("POST", "\(path)/trust", json: ["fingerprint": .string(wrong)])
        #expect(refused.status == 409 && refused.json?["code"] == "CONFLICT")
      }
      let trusted = try stage.client.send("POST", "\(path)/trust", json: ["fingerprint": .string(offered)])
      #expect(trusted.status == 200)
      try await stage.status(id, is: "idle")
      let after = try #require(stage.printer(id)["trust"])
      #expect(after["state"] == "pinned" && after["fingerprint"]?.string == offered && after["offered"] == .null)
    }
  }

  @Test("A chain to a CA of the trust folder is verified, with or without its intermediate's help")
  func verifiedCertificates() async throws {
    let variants = [CertificateVariant.complete, .direct]
    let printers = variants.map { PrinterSpecification(model: .p1s, certificate: $0) }
    try await Stage.play(printers, trustsRoot: true) { stage in
      for printer in stage.printers {
        let id = try stage.add(printer)
        try await stage.status(id, is: "idle")
        #expect(try stage.printer(id)["trust"]?["state"] == "verified")
      }
      // A repaired printer has another key; the CA vouches for it.
      try stage.printers[0].useCertificate(.otherKey)
      #expect(await stage.printers[0].wait(15) { $0.sessionsEver == 2 })
      try await stage.status(1, is: "idle")
      #expect(try stage.printer(1)["trust"]?["state"] == "verified")
    }
  }

  @Test("A print that is followed through a lost connection has one start and one end")
  func aPrintThroughALostConnection() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)]) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      let socket = try stage.watch()
      try socket.send(["type": "subscribe", "events": ["print_started", "print_complete", "print_failed"]])
      printer.startPrint(name: "Gear", layers: 20, minutes: 10)
      _ = try socket.next { $0["type"] == "print_started" }
      printer.inject(.refuseConnections)
      printer.inject(.dropAll)
      let lost = try await stage.status(id, is: "offline")
      #expect(lost["current_print"]?["task_name"] == "Gear" && lost["current_print"]?["stale"] == true)
      stage.simulation.setSpeed(600)
      #expect(await printer.wait(15, forState: "FINISH"))
      printer.clearFaults()
      let told = try socket.next { $0["type"]?.string?.hasPrefix("print_") == true }
      #expect(told["type"] == "print_complete" && told["payload"]?["task_name"] == "Gear")
      try await stage.status(id, is: "finished")
    }
  }
}

extension JSONValue {
  var isNumber: Bool {
    switch self {
    case .int, .double: true
    default: false
    }
  }
}
