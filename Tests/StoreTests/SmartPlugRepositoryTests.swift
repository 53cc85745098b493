import Model
import Testing

@testable import Store

/// Smart plugs on the disk: what is kept, and what cannot be beside each other.
@Suite struct SmartPlugRepositoryTests {
  private func house() async throws -> (TemporaryFolder, SmartPlugRepository, PrinterID, Database) {
    let folder = try TemporaryFolder()
    let database = try folder.database()
    let printer = try await PrinterRepository(database).insert(
      NewPrinter(
        name: "Bench", host: try HostName("192.0.2.1"), serial: try SerialNumber("01P00A000000001"),
        accessCode: try AccessCode("12345678")), now: Timestamp(seconds: 1_800_000_000))
    return (folder, SmartPlugRepository(database), printer.id, database)
  }

  private let now = Timestamp(seconds: 1_800_000_100)

  @Test func everyFieldComesBack() async throws {
    let (folder, plugs, printer, database) = try await house()
    defer { withExtendedLifetime(folder) {} }
    let plug = SmartPlug(
      name: "Power", kind: .tasmota, printerID: printer, feedsPrinter: true, isEnabled: false, address: "10.0.0.5",
      username: Secret("u"), password: Secret("p"), token: Secret("t"),
      options: PlugOptions([.channel: "2", .onPayload: "\u{301}a=b"]), autoOn: false, autoOff: true, autoOffDelay: 60,
      autoOffTemperature: 45)
    let made = try await plugs.insert(plug, now: now)
    try await plugs.setState(made.id, .on, at: now)
    try await plugs.setWorkEnded(made.id, at: now)
    let found = try #require(try await plugs.all().first)
    #expect(found.plug == plug && found.lastState == .on && found.lastStateAt == now && found.workEndedAt == now)
    // Another switch is another thing; the same one keeps what is known of it.
    var changed = plug
    changed.name = "Other"
    #expect(try await plugs.update(made.id, changed, now: now).lastState == .on)
    changed.address = "10.0.0.6"
    #expect(try await plugs.update(made.id, changed, now: now).lastState == .unknown)
    changed.autoOff = false
    #expect(try await plugs.update(made.id, changed, now: now).workEndedAt == nil)
    try await database.close()
  }

  @Test func aPrinterHasOneFeedAndASwitchOnePlug() async throws {
    let (folder, plugs, printer, database) = try await house()
    defer { withExtendedLifetime(folder) {} }
    let first = try await plugs.insert(
      SmartPlug(name: "A", kind: .gpio, printerID: printer, relay: "relay1"), now: now)
    await #expect(throws: SmartPlugRepository.Refusal.secondFeed) {
      try await plugs.insert(SmartPlug(name: "B", kind: .gpio, printerID: printer, relay: "relay2"), now: now)
    }
    await #expect(throws: SmartPlugRepository.Refusal.sameSwitch) {
      try await plugs.insert(SmartPlug(name: "B", kind: .gpio, relay: "relay1"), now: now)
    }
    await #expect(throws: SmartPlugRepository.Refusal.unknownPrinter) {
      try await plugs.insert(
        SmartPlug(name: "B", kind: .gpio, printerID: PrinterID(rawValue: 99), relay: "relay2"), now: now)
    }
    let second = try await plugs.insert(
      SmartPlug(name: "B", kind: .gpio, printerID: printer, feedsPrinter: false, relay: "relay2"), now: now)
    var plug = second.plug
    plug.feedsPrinter = true
    await #expect(throws: SmartPlugRepository.Refusal.secondFeed) {
      try await plugs.update(second.id, plug, now: now)
    }
    await #expect(throws: SmartPlugRepository.Refusal.notFound) {
      try await plugs.update(PlugID(rawValue: 99), SmartPlug(name: "B", kind: .gpio, relay: "relay9"), now: now)
    }
    // A printer that goes leaves its plugs to nobody.
    #expect(try await PrinterRepository(database).delete(printer, now: .start))
    #expect(try await plugs.all().map(\.plug.printerID) == [nil, nil])
    #expect(try await plugs.delete(first.id))
    #expect(try await plugs.delete(first.id) == false)
    try await database.close()
  }

  @Test func whatAPrinterDidIsRemembered() async throws {
    let (folder, _, printer, database) = try await house()
    defer { withExtendedLifetime(folder) {} }
    let memories = PowerMemoryRepository(database)
    let memory = PowerMemoryRecord(
      printerID: printer, hazards: ["printing", "drying"], hottestNozzle: 220.5, remaining: nil, heardAt: now)
    try await memories.keep(memory)
    #expect(try await memories.all() == [memory])
    try await memories.keep(
      PowerMemoryRecord(printerID: PrinterID(rawValue: 99), hazards: [], hottestNozzle: nil, remaining: 0, heardAt: now)
    )
    #expect(try await memories.all() == [memory])
    try await database.close()
  }

  @Test func whatAPrintDrewGoesIntoItsRecord() async throws {
    let (folder, plugs, printer, database) = try await house()
    defer { withExtendedLifetime(folder) {} }
    let plug = try await plugs.insert(SmartPlug(name: "P", kind: .tasmota, address: "10.0.0.5"), now: now).id
    let energies = PrintEnergyRepository(database)
    // Without a print there is nothing to count.
    try await energies.begin(of: printer, through: plug, at: 1)
    #expect(try await energies.end(of: printer, through: plug, at: 2, price: 0.5) == nil)
    let print = TrackedPrintRecord(printerID: printer, state: .printing, updatedAt: now)
    let archive = try await PrintRepository(database).begin(print)
    try await energies.begin(of: printer, through: plug, at: 10)
    // After a restart the same print is not begun anew.
    try await energies.begin(of: printer, through: plug, at: 11)
    #expect(try await energies.end(of: printer, through: plug, at: 10.5, price: 0.4) == 0.5)
    let kept = try await database.read { connection in
      try connection.row("SELECT energy_kwh, energy_cost FROM archives WHERE id = ?", [.id(archive)]) {
        (row) throws(SQLiteError) in [try row.real("energy_kwh"), try row.real("energy_cost")]
      }
    }
    #expect(kept == [0.5, 0.2])
    #expect(try await energies.end(of: printer, through: plug, at: 20, price: 0.4) == nil)
    // A meter that began anew counts from nothing.
    try await energies.begin(of: printer, through: plug, at: 10)
    #expect(try await energies.end(of: printer, through: plug, at: 0.25, price: 1) == 0.25)
    try await database.close()
  }
}
