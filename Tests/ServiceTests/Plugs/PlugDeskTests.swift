import Link
import Logging
import Loop
import Model
import Rules
import Store
import Synchronization
import TLS
import TestKit
import Testing

@testable import Service

/// The desk with a plug in memory, printers as a test tells them, and a clock that a test moves.
@Suite("The desk of smart plugs", .timeLimit(.minutes(1)))
struct PlugDeskTests {
  /// A plug that does, says and lacks what a test wants.
  private final class Plug: PlugDriver {
    struct State {
      var isOn = true
      var says: PlugState?
      var fault: Fault?
      var questions = 0
      var power: Double?
      var energyTotal: Double?
    }

    let state = Mutex(State())
    let isAtHand = false

    func status() async throws -> PlugReading {
      try state.withLock { state in
        state.questions += 1
        if let fault = state.fault { throw fault }
        return PlugReading(
          state: state.says ?? PlugState(isOn: state.isOn), power: state.power, energyTotal: state.energyTotal)
      }
    }

    func turn(on: Bool) async throws {
      try state.withLock { state in
        if let fault = state.fault { throw fault }
        state.isOn = on
      }
    }

    func close() async {}
  }

  private struct Workshop: PlugWorkshop {
    let plug: Plug
    func check(_ plug: SmartPlug) throws(InvalidValue) {}
    func driver(for plug: SmartPlug) throws -> any PlugDriver { self.plug }
  }

  private final class House: Sendable {
    let folder: TemporaryFolder
    let loop: PollLoop
    let database: Database
    let view = FleetView()
    let feed = EventFeed()
    let plug = Plug()
    let desk: PlugDesk
    let printer: PrinterID
    private let time = Mutex(1000.0)

    init() async throws {
      folder = try TemporaryFolder()
      let data = try DataFolder.prepare("\(folder.path)/data")
      let clock = SystemClock()
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      database = try Database.open(data, role: .service(try data.lock()), now: clock.now)
      loop = try PollLoop(name: "test")
      let printers = PrinterRepository(database)
      printer = try await printers.insert(
        NewPrinter(
          name: "Bench", host: try HostName("192.0.2.1"), serial: try SerialNumber("01P00A000000001"),
          accessCode: try AccessCode("12345678"), isEnabled: false), now: clock.now
      ).id
      let fleet = Fleet(
        surroundings: PrinterSurroundings(
          loop: loop, authorities: try TrustStore(folder: folder.path), view: view, feed: feed, printers: printers,
          prints: PrintRepository(database), printStarts: PrintStartRepository(database),
          transfers: TransferWorkers(), clock: clock, logger: logger))
      try await fleet.load()
      let now = Later()
      desk = PlugDesk(
        fleet: fleet, feed: feed, database: database, clock: clock, logger: logger, workshop: Workshop(plug: plug),
        steady: { now.house?.seconds ?? 1000 }, energyPrice: { 0.3 }
      ) { 50 }
      now.house = self
      try await desk.start()
    }

    var seconds: Double { time.withLock { $0 } }
    func pass(_ seconds: Double) { time.withLock { $0 += seconds } }

    /// The printer says this.
    func says(_ state: PrinterState, nozzle: Double = 25) {
      guard var snapshot = view[printer] else { return }
      var report = PrinterReport()
      report.isComplete = true
      report.nozzles = [Nozzle(id: 0, side: .single, heater: Heater(temperature: nozzle))]
      report.job.remainingMinutes = 10
      snapshot.state = state
      snapshot.isConnected = true
      snapshot.report = report
      snapshot.lastUpdate = SystemClock().now
      view.store(snapshot)
      feed.publish(.printerState(snapshot))
    }

    func add(_ change: (inout SmartPlug) -> Void = { _ in }) async throws -> PlugID {
      var plug = SmartPlug(name: "P", kind: .http, printerID: printer, address: "10.0.0.1")
      change(&plug)
      return try await desk.add(plug).id
    }

    func end() async {
      await desk.stop()
      try? await database.close()
      loop.shutdown()
    }
  }

  /// The clock of a house that is being made.
  private final class Later: Sendable {
    private let kept = Mutex<House?>(nil)
    var house: House? {
      get { kept.withLock { $0 } }
      set { kept.withLock { $0 = newValue } }
    }
  }

  @Test("A plug that says it is on after it was switched off is not believed")
  func lie() async throws {
    let house = try await House()
    house.says(.idle)
    let id = try await house.add()
    house.plug.state.withLock { $0.says = .on }
    let fault = await #expect(throws: Fault.self) {
      try await house.desk.perform(.off, on: id, isForced: false, sender: "test")
    }
    #expect(fault?.code == .plugOffline && fault?.message.contains("still says that it is on") == true)
    #expect(try await house.desk.get(id).reason?.contains("says that it is on though") == true)
    await house.end()
  }

  @Test("A plug that says it is off while its printer speaks is told")
  func contradiction() async throws {
    let house = try await House()
    house.says(.idle)
    let id = try await house.add()
    _ = try await house.desk.perform(.off, on: id, isForced: false, sender: "test")
    #expect(try await house.desk.get(id).reason == nil)
    // A minute later the printer still reports.
    guard var snapshot = house.view[house.printer] else { return }
    snapshot.lastUpdate = SystemClock().now.adding(seconds: 61)
    house.view.store(snapshot)
    house.pass(30)
    #expect(try await house.desk.status(id).reason?.contains("the printer that it feeds answers") == true)
    await house.end()
  }

  @Test("It goes off after the print by delay and temperature, and a new print before that keeps it on")
  func autoOff() async throws {
    let house = try await House()
    house.says(.printing, nozzle: 220)
    let id = try await house.add { $0.autoOff = true }
    #expect(await house.desk.lookAfter() != nil)
    house.says(.finished, nozzle: 200)
    try await eventually(within: 5, "the timer runs") { () -> Bool? in
      await house.desk.lookAfter()
      return try await house.desk.get(id).reason == "off in 5 min: nozzle 200 °C" ? true : nil
    }
    house.pass(301)
    await house.desk.lookAfter()
    #expect(try await house.desk.get(id).reason == "off at 50 °C: nozzle 200 °C")
    house.says(.printing, nozzle: 210)
    try await eventually(within: 5, "the timer is gone") { () -> Bool? in
      await house.desk.lookAfter()
      return try await house.desk.get(id).reason == nil ? true : nil
    }
    house.says(.finished, nozzle: 45)
    try await eventually(within: 5, "the second print's timer runs") { () -> Bool? in
      await house.desk.lookAfter()
      return try await house.desk.get(id).reason == "off in 5 min" ? true : nil
    }
    #expect(house.plug.state.withLock { $0.isOn })
    house.pass(300)
    try await eventually(within: 5, "it is off") { () -> Bool? in
      await house.desk.lookAfter()
      return house.plug.state.withLock { $0.isOn } ? nil : true
    }
    await house.end()
  }

  @Test("Every way to cut the power asks the rule: people, the queue, the end of a plug and of its printer, the board")
  func everyWay() async throws {
    let house = try await House()
    house.says(.printing, nozzle: 220)
    let id = try await house.add()
    let desk = house.desk
    for way in [
      { _ = try await desk.perform(.off, on: id, isForced: false, sender: "test") },
      { _ = try await desk.perform(.toggle, on: id, isForced: false, sender: "test") },
      { try await desk.switchFeedOff(of: house.printer) }, { try await desk.remove(id) },
      { try await desk.checkRemoval(of: house.printer) },
      {
        _ = try await desk.update(id) {
          var plug = $0; plug.isEnabled = false; return plug
        }
      },
    ] as [@Sendable () async throws -> Void] {
      let fault = await #expect(throws: Fault.self) { try await way() }
      #expect(fault?.code == .conflict)
    }
    // It is no relay of the board.
    #expect(await desk.objection(toCutting: ["relay1"]) == nil)
    #expect(house.plug.state.withLock { $0.isOn })
    #expect(try await desk.perform(.off, on: id, isForced: true, sender: "test").state == .off)
    #expect(desk.feed(of: house.printer) == .off)
    try await desk.switchFeedOn(of: house.printer)
    #expect(desk.feed(of: house.printer) == .on)
    await house.end()
  }

  @Test("A plug that does not answer is asked less and less often, and never more than one that nobody looks at")
  func patience() async throws {
    var record = try #require(
      try await { () async throws -> SmartPlugRecord? in
        let house = try await House()
        let id = try await house.add()
        let record = try await house.desk.get(id).record
        await house.end()
        return record
      }())
    record.plug.isEnabled = true
    var entry = PlugEntry(record, driver: Plug(), timer: AutoOff())
    #expect(entry.nextQuestion(isWorking: false, at: 5) == 5)
    entry.triedAt = 100
    #expect(entry.nextQuestion(isWorking: false, at: 101) == 400)
    entry.askedAt = 101
    #expect(entry.nextQuestion(isWorking: false, at: 102) == 130)
    entry.askedAt = nil
    #expect(entry.nextQuestion(isWorking: true, at: 102) == 130)
    entry.reading = PlugReading(state: .on)
    #expect(entry.nextQuestion(isWorking: true, at: 102) == 400)
    entry.reading = PlugReading(state: .on, power: 5)
    let waits = (1...6).map { failures -> Double in
      entry.failures = failures
      return (entry.nextQuestion(isWorking: true, at: 102) ?? 0) - 100
    }
    #expect(waits == [60, 120, 240, 300, 300, 300])
    entry.record.plug.isEnabled = false
    #expect(entry.nextQuestion(isWorking: true, at: 102) == nil)
  }

  @Test("What a plug said a quarter of an hour ago is not how it stands")
  func stale() async throws {
    let house = try await House()
    let id = try await house.add()
    #expect(try await house.desk.get(id).state == .on)
    house.pass(901)
    #expect(try await house.desk.get(id).state == .unknown)
    await house.end()
  }

  @Test("Changes at the same time all hold: each begins with what the one before has left")
  func changesAtOnce() async throws {
    let house = try await House()
    let id = try await house.add()
    for round in 1...20 {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          _ = try await house.desk.update(id) { old in
            var plug = old
            plug.name = "Plug \(round)"
            return plug
          }
        }
        group.addTask {
          _ = try await house.desk.update(id) { old in
            var plug = old
            plug.autoOffDelay = 300 + round
            return plug
          }
        }
        group.addTask {
          _ = try await house.desk.update(id) { old in
            var plug = old
            plug.feedsPrinter = round % 2 == 0
            return plug
          }
        }
        try await group.waitForAll()
      }
      let plug = try await house.desk.get(id).record.plug
      #expect(plug.name == "Plug \(round)" && plug.autoOffDelay == 300 + round)
      #expect(plug.feedsPrinter == (round % 2 == 0))
    }
    await house.end()
  }

  @Test("What a print drew is in its record, with its cost, by the plug's own meter")
  func energy() async throws {
    let house = try await House()
    house.plug.state.withLock { $0.energyTotal = 12.5 }
    _ = try await house.add()
    let now = SystemClock().now
    let record = TrackedPrintRecord(printerID: house.printer, state: .printing, updatedAt: now)
    let archive = try await PrintRepository(house.database).begin(record)
    let snapshot = try #require(house.view[house.printer])
    let print = TrackedPrint(followedSince: now)
    house.feed.publish(.print(.started(print), snapshot, archive))
    try await eventually(within: 10, "the meter is read") { () -> Bool? in
      let open = try await house.database.read { connection in
        try connection.row("SELECT count(*) AS n FROM print_meters") { (row) throws(SQLiteError) in
          try row.integer("n")
        }
      }
      return open == 1 ? true : nil
    }
    house.plug.state.withLock { $0.energyTotal = 12.9 }
    let end = PrintEnd(print: print, outcome: .finished, endedAt: now, isTimeKnown: true)
    house.feed.publish(.print(.ended(end), snapshot, archive))
    let drawn = try await eventually(within: 10, "it is in the record") { () -> [Double]? in
      try await house.database.read { connection in
        try connection.row(
          "SELECT energy_kwh, energy_cost FROM archives WHERE id = ? AND energy_kwh IS NOT NULL", [.id(archive)]
        ) { (row) throws(SQLiteError) in [try row.real("energy_kwh"), try row.real("energy_cost")] }
      }
    }
    #expect(abs(drawn[0] - 0.4) < 1e-9 && abs(drawn[1] - 0.12) < 1e-9)
    await house.end()
  }

  @Test("What a plug without a meter adds up to goes on after a restart")
  func countedEnergy() async throws {
    let house = try await House()
    house.plug.state.withLock { $0.power = 1200 }
    let id = try await house.add()
    house.pass(60)
    _ = try await house.desk.status(id)
    let meter = try #require(await house.desk.entries[id]?.meter)
    #expect(abs(meter - 0.02) < 1e-9)
    await house.desk.stop()
    let kept = try await SmartPlugRepository(house.database).all().first?.counted
    #expect(kept == meter)
    await house.end()
  }
}
