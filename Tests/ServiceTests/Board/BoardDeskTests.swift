import Board
import Model
import Rules
import Service
import Synchronization
import TestKit
import Testing

/// What the board does for the service, on a virtual chip.
@Suite("The desk of the board", .timeLimit(.minutes(1)))
struct BoardDeskTests {
  private func withHouse(
    table: ButtonTable = .standard, printers: [String] = [], _ body: (BoardHouse) async throws -> Void
  ) async throws {
    let house = try await BoardHouse(table: table, printers: printers)
    do {
      try await body(house)
    } catch {
      await house.end()
      throw error
    }
    await house.end()
  }

  // MARK: Lights

  @Test("Printers, requests to pair, updates and the service's health light what the table says")
  func lights() async throws {
    try await withHouse(printers: ["Bench"]) { house in
      #expect(await house.state() == .ready)
      #expect(await house.pattern() == .on)
      house.says("Bench", .printing)
      try await house.tells(.printing)
      house.says("Bench", .paused)
      try await house.tells(.attention)
      house.says("Bench", .finished, isPlateCleared: false)
      try await house.tells(.plate)
      let opened = try await house.pairing.open(name: "tablet")
      try await house.tells(.pairing)
      #expect(await house.pattern() == .count(opened.blinks))
      let updates: any UpdateFollower = house.desk
      await updates.setUpdating(true)
      #expect(await house.state() == .updateRunning)
      #expect(await house.pattern() == .blink(on: 1000, off: 1000))
      await updates.setUpdating(false)
      try await house.tells(.pairing)
      #expect(await house.pairing.confirm())
      try await house.tells(.plate)
      await house.desk.setWell(false)
      #expect(await house.state() == .error)
      #expect(await house.state("alarm") == .error)
      await house.desk.setWell(true)
      #expect(await house.state() == .plate)
      #expect(await house.state("alarm") == nil)
      #expect(await house.pattern("alarm") == .off)
    }
  }

  @Test("A board that is not whole is an error, too, until it is whole again")
  func boardProblem() async throws {
    try await withHouse { house in
      house.chips.setThere(false)
      let fault = await #expect(throws: Fault.self) { try await house.desk.relayBank.switch("printer", on: true) }
      #expect(fault?.code == .boardError)
      try await eventually(within: 10, "the board's problem is told") {
        await house.desk.standing.problem == nil ? nil : true
      }
      house.chips.setThere(true)
      try await house.tells(.ready)
      #expect(house.heard.contains { $0.lights.contains { $0.state == .error } })
    }
  }

  @Test("A pattern of somebody's own stays until it is given back; a light that is not there is not found")
  func ownPattern() async throws {
    try await withHouse { house in
      try await house.desk.setPattern(.count(4), of: "status")
      await house.desk.setUpdating(true)
      #expect(await house.pattern() == .count(4))
      #expect(await house.state() == nil)
      try await house.desk.setPattern(nil, of: "status")
      #expect(await house.state() == .updateRunning)
      let fault = await #expect(throws: Fault.self) { try await house.desk.setPattern(.on, of: "disco") }
      #expect(fault?.code == .notFound)
    }
  }

  @Test("Identify comes before all else")
  func identify() async throws {
    try await withHouse { house in
      await house.desk.setUpdating(true)
      #expect(await house.desk.identify() == 15)
      #expect(await house.state() == .identify)
    }
  }

  @Test("Followers are told once of each change, and of nothing else")
  func events() async throws {
    try await withHouse(printers: ["Bench"]) { house in
      house.says("Bench", .printing)
      try await house.tells(.printing)
      try await house.desk.relayBank.switch("printer", on: true)
      try await eventually(within: 10, "the relay is told") {
        house.heard.last?.relays.first?.isOn == true ? true : nil
      }
      let count = house.heard.count
      for _ in 0..<20 { house.says("Bench", .printing) }
      await house.desk.setUpdating(false)
      #expect(house.heard.count == count)
      for (earlier, later) in zip(house.heard, house.heard.dropFirst()) { #expect(earlier != later) }
    }
  }

  // MARK: The button

  @Test("A press does what its row says, and nothing where nothing waits for it")
  func presses() async throws {
    try await withHouse(printers: ["Bench"]) { house in
      #expect(await house.desk.press("bell", .short) == nil)
      for gesture in [ButtonGesture.short, .double, .triple, .long] {
        #expect(await house.desk.press("main", gesture)?.result == .nothing, "\(gesture)")
      }
      house.says("Bench", .finished, isPlateCleared: false)
      let press = await house.desk.press("main", .short)
      #expect(press?.action == .plateCleared && press?.result == .done)
      #expect(house.view.all.first?.identity.plateCleared == true)
      _ = try await house.pairing.open(name: "tablet")
      #expect(await house.desk.press("main", .double)?.result == .done)
    }
  }

  @Test("A button that could mean two printers is refused with their names")
  func twoPrinters() async throws {
    try await withHouse(printers: ["Left", "Right"]) { house in
      for name in ["Left", "Right"] { house.says(name, .finished, isPlateCleared: false) }
      let press = await house.desk.press("main", .short)
      #expect(press?.result == .refused)
      #expect(press?.message?.contains("Left, Right") == true)
    }
  }

  @Test("A stop waits for a short press of the same button, and flickers meanwhile")
  func confirmation() async throws {
    try await withHouse(printers: ["Bench"]) { house in
      house.says("Bench", .printing)
      try await house.tells(.printing)
      #expect(await house.desk.press("main", .long)?.result == .confirm)
      #expect(await house.pattern() == .blink(on: 60, off: 200))
      // Any other gesture takes the question back.
      #expect(await house.desk.press("main", .double)?.action == .pairing)
      #expect(await house.pattern() == .breathe)
      #expect(await house.desk.press("main", .long)?.result == .confirm)
      // No session stands here, so that it is refused; that it is asked for is what counts.
      let press = await house.desk.press("main", .short)
      #expect(press?.action == .stop && press?.result == .refused)
      #expect(await house.desk.press("main", .short)?.action == .plateCleared)
    }
  }

  @Test("A relay that feeds a working printer is not switched off by the button")
  func relay() async throws {
    let table = ButtonTable.standard.changed(by: ["short=toggle_relay"])
    try await withHouse(table: table) { house in
      #expect(await house.desk.press("main", .short)?.result == .done)
      #expect(house.chips.isHigh(0))
      house.rule.objection.withLock { $0 = .hot(71, safe: 50) }
      let press = await house.desk.press("main", .short)
      #expect(press?.result == .refused && press?.message?.contains("71 °C") == true)
      #expect(house.chips.isHigh(0))
      house.rule.objection.withLock { $0 = nil }
      #expect(await house.desk.press("main", .short)?.result == .done)
      #expect(!house.chips.isHigh(0))
    }
  }

  @Test("Another table holds at once")
  func table() async throws {
    try await withHouse { house in
      await house.desk.setTable(ButtonTable.standard.changed(by: ["short=toggle_relay", "double=none"]))
      #expect(await house.desk.press("main", .double)?.action == nil)
      #expect(await house.desk.press("main", .short)?.action == .toggleRelay)
    }
  }

  @Test("A press at the line is a gesture")
  func line() async throws {
    try await withHouse(table: ButtonTable([.short: .toggleRelay])) { house in
      house.chips.pull(24, high: false)
      try await eventually(within: 10, "the relay is on") { house.chips.isHigh(0) ? true : nil }
    }
  }

  // MARK: The machine

  @Test("Shutdown and restart cut all relays, so that a working printer keeps them off; force does not ask")
  func cuts() async throws {
    try await withHouse { house in
      house.rule.objection.withLock { $0 = .works(.printing) }
      let fault = await #expect(throws: Fault.self) { try await house.desk.reboot(force: false, by: "test") }
      #expect(fault?.code == .conflict && fault?.message.contains("force") == true)
      #expect(await house.desk.press("main", .longer)?.result == .refused)
      #expect(house.machine.acts.isEmpty)
      try await house.desk.shutDown(force: true, by: "test")
      house.rule.objection.withLock { $0 = nil }
      try await house.desk.reboot(force: false, by: "test")
      #expect(await house.desk.press("main", .quadruple)?.result == .done)
      #expect(house.machine.acts == [.shutdown, .reboot, .setUpWiFi])
    }
  }

  @Test("A factory reset marks the data, unmarks it where the appliance fails, and never runs while a printer prints")
  func factoryReset() async throws {
    try await withHouse(printers: ["Bench"]) { house in
      for state in [PrinterState.preparing, .printing, .paused] {
        house.says("Bench", state)
        let press = await house.desk.press("main", .veryLong)
        #expect(press?.result == .refused && press?.message?.contains("Bench") == true, "\(state)")
      }
      house.says("Bench", .idle)
      house.rule.objection.withLock { $0 = .hot(71, safe: 50) }
      #expect(await house.desk.press("main", .veryLong)?.result == .refused)
      house.rule.objection.withLock { $0 = nil }
      #expect(house.erasures.isEmpty)
      house.machine.state.withLock { $0.fails = true }
      #expect(await house.desk.press("main", .veryLong)?.result == .refused)
      #expect(house.erasures == [true, false])
      house.machine.state.withLock { $0.fails = false }
      #expect(await house.desk.press("main", .veryLong)?.result == .done)
      #expect(house.erasures == [true, false, true])
      #expect(house.machine.acts == [.factoryReset])
    }
  }

  @Test("Off the appliance nothing of the machine is there, and nothing is marked")
  func noAppliance() async throws {
    try await withHouse { house in
      house.machine.state.withLock { $0.isThere = false }
      for gesture in [ButtonGesture.quadruple, .longer, .veryLong] {
        let press = await house.desk.press("main", gesture)
        #expect(press?.result == .refused && press?.message?.contains("not available here") == true)
      }
      #expect(house.erasures.isEmpty)
    }
  }
}
