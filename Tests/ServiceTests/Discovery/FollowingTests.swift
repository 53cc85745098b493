import Model
import Simulator
import Store
import TestKit
import Testing
import Wire

@testable import Service

@Suite("A printer that moved is followed, and nobody else is", .serialized)
struct FollowingTests {
  /// Tries of the other address that are over.
  private func tries(_ house: DiscoveryHouse, of id: PrinterID, at liar: SimulatedPrinter) async throws {
    #expect(await liar.wait { $0.connectionsEver > 0 })
    _ = try await eventually(within: 10, "the check is over") { () -> Bool? in
      await house.discovery.trying.contains(id) ? nil : true
    }
  }

  @Test("to its new address, by the pinned key")
  func pinned() async throws {
    try await withSimulation([PrinterSpecification(model: .p1s)]) { simulation in
      let printer = simulation.printers[0]
      try await DiscoveryHouse.run { house in
        let id = try await house.add(printer)
        try await house.waits(for: id, "connected") { $0.isConnected && $0.identity.trust.state == .pinned }
        try printer.move(to: "127.0.0.2", port: printer.mqttPort)
        try simulation.announce(await house.announcements())
        try await house.waits(for: id, "connected there") { $0.isConnected && $0.identity.host.text == "127.0.0.2" }
        #expect(try await house.printers.get(id)?.host.text == "127.0.0.2")
      }
    }
  }

  @Test("to its new address, by the chain to a trusted CA, also when it was never seen before")
  func verified() async throws {
    try await withSimulation([PrinterSpecification(model: .x1c)]) { simulation in
      try await DiscoveryHouse.run(trusting: simulation.rootCertificate) { house in
        // Nobody listens at the stored address.
        let id = try await house.add(simulation.printers[0], at: "127.0.0.3")
        try simulation.announce(await house.announcements())
        try await house.waits(for: id, "connected") { $0.isConnected && $0.identity.host.text == "127.0.0.1" }
      }
    }
  }

  @Test(
    "never to a liar, who sees no access code whatever certificate he has",
    arguments: [CertificateVariant.complete, .selfSigned, .otherSerial])
  func liar(variant: CertificateVariant) async throws {
    try await withSimulation([PrinterSpecification(model: .p1s)]) { simulation in
      let printer = simulation.printers[0]
      // A CA of his own, which nobody trusts.
      let impostor = PrinterSpecification(model: .p1s, serial: printer.serial, certificate: variant)
      try await withSimulation([impostor]) { other in
        let liar = other.printers[0]
        try await DiscoveryHouse.run(trusting: simulation.rootCertificate) { house in
          let id = try await house.add(printer)
          try await house.waits(for: id, "connected") { $0.isConnected }
          printer.powerOff()
          try liar.move(to: "127.0.0.4", port: printer.mqttPort)
          try other.announce(await house.announcements())
          try await tries(house, of: id, at: liar)
          #expect(try await house.printers.get(id)?.host.text == "127.0.0.1")
          #expect(liar.counters.sessionsEver == 0 && liar.counters.refused == 0)
          #expect(house.view[id]?.problem == .unreachable)
        }
      }
    }
  }

  @Test("never on first sight of a key: what nobody has seen is not trusted for an announcement")
  func firstSight() async throws {
    try await withSimulation([PrinterSpecification(model: .p1s, certificate: .selfSigned)]) { simulation in
      let printer = simulation.printers[0]
      try await DiscoveryHouse.run { house in
        let id = try await house.add(printer, at: "127.0.0.3")
        try simulation.announce(await house.announcements())
        try await tries(house, of: id, at: printer)
        #expect(house.view[id]?.identity.host.text == "127.0.0.3")
        #expect(printer.counters.sessionsEver == 0 && printer.counters.refused == 0)
      }
    }
  }

  @Test("never while it answers where it is, and never when a person has switched it off")
  func hint() async throws {
    try await withSimulation([PrinterSpecification(model: .p1s), PrinterSpecification(model: .a1)]) { simulation in
      let (connected, disabled) = (simulation.printers[0], simulation.printers[1])
      try await withSimulation([
        PrinterSpecification(model: .p1s, serial: connected.serial),
        PrinterSpecification(model: .a1, serial: disabled.serial),
      ]) { others in
        try await DiscoveryHouse.run { house in
          let first = try await house.add(connected)
          let second = try await house.add(disabled, isEnabled: false)
          try await house.waits(for: first, "connected") { $0.isConnected }
          try others.printers[0].move(to: "127.0.0.4", port: connected.mqttPort)
          try others.printers[1].move(to: "127.0.0.4", port: disabled.mqttPort)
          try others.announce(await house.announcements())
          for printer in [connected, disabled] {
            #expect(try await house.heard(of: printer.serial).announcement.address.text == "127.0.0.4")
          }
          #expect(await house.discovery.trying.isEmpty)
          #expect(others.printers.allSatisfy { $0.counters.connectionsEver == 0 })
          #expect(house.view[second]?.identity.isEnabled == false)
        }
      }
    }
  }
}
