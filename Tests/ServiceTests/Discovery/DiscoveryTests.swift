import Link
import Model
import Simulator
import TestKit
import Testing
import Wire

@testable import Service

@Suite("Printers are found", .serialized)
struct DiscoveryTests {
  @Test("by their announcements, however these are written", arguments: AnnouncementStyle.allCases)
  func announced(style: AnnouncementStyle) async throws {
    try await withSimulation([PrinterSpecification(model: .p1s, name: "Workshop")]) { simulation in
      try await DiscoveryHouse.run { house in
        var settings = await house.announcements()
        settings.style = style
        try simulation.announce(settings)
        let said = try await house.heard(of: simulation.printers[0].serial).announcement
        #expect(said.model == .p1s && said.address.text == "127.0.0.1")
        #expect(said.name == (style == .sparse ? nil : "Workshop"))
      }
    }
  }

  @Test("and are gone when they say goodbye")
  func goodbye() async throws {
    try await withSimulation([PrinterSpecification(model: .p1s)]) { simulation in
      try await DiscoveryHouse.run { house in
        try simulation.announce(await house.announcements())
        _ = try await house.heard(of: simulation.printers[0].serial)
        simulation.endAnnouncements()
        _ = try await eventually(within: 5, "it is gone") { () -> Bool? in
          await house.discovery.printers.isEmpty ? true : nil
        }
      }
    }
  }

  @Test("two of one name are two")
  func namesakes() async throws {
    let twins = [PrinterSpecification(model: .p1s, name: "Twin"), PrinterSpecification(model: .p1s, name: "Twin")]
    try await withSimulation(twins) { simulation in
      try await DiscoveryHouse.run { house in
        try simulation.announce(await house.announcements())
        for printer in simulation.printers {
          #expect(try await house.heard(of: printer.serial).announcement.name == "Twin")
        }
      }
    }
  }

  @Test("by a search, where they answer it")
  func searched() async throws {
    try await withSimulation([PrinterSpecification(model: .h2d)]) { simulation in
      var answering = DiscoverySettings()
      answering.announces = false
      answering.answersSearches = true
      answering.searchPort = 0
      let ports = try simulation.announce(answering)
      var settings = PrinterDiscovery.Settings()
      settings.ports = [0]
      settings.searchPorts = [ports.search]
      try await DiscoveryHouse.run(settings: settings) { house in
        #expect(await house.discovery.printers.isEmpty)
        let found = try await house.discovery.search(for: .milliseconds(500))
        #expect(found.map(\.announcement.serial) == [simulation.printers[0].serial])
      }
    }
  }

  @Test("by the bind port of an address, plain and in TLS", arguments: [true, false])
  func asked(isPlain: Bool) async throws {
    try await withSimulation([PrinterSpecification(model: .a1Mini)]) { simulation in
      var binding = DiscoverySettings()
      binding.announces = false
      if isPlain { binding.bindPort = 0 } else { binding.secureBindPort = 0 }
      let ports = try simulation.announce(binding)
      var settings = PrinterDiscovery.Settings()
      settings.ports = [0]
      // Port 1 answers nobody.
      settings.bind.plain = isPlain ? ports.bind : 1
      settings.bind.secure = isPlain ? 1 : ports.secureBind
      try await DiscoveryHouse.run(settings: settings) { house in
        for host in ["127.0.0.1", "localhost"] {
          let found = try await house.discovery.ask(try HostName(host))
          #expect(found.map(\.announcement.serial) == [simulation.printers[0].serial])
        }
        #expect(await house.discovery.printers.count == 1)
        #expect(try await house.discovery.ask(try HostName("127.0.0.9")).isEmpty)
      }
    }
  }

  @Test("and an address that no single machine has is refused", arguments: ["224.0.0.1", "169.254.1.1", "fe80::1"])
  func refused(address: String) async throws {
    try await DiscoveryHouse.run { house in
      await #expect(throws: Fault.self) { try await house.discovery.ask(try HostName(address)) }
    }
  }
}
