import Model
import Rules
import Simulator
import TestKit
import Testing
import Wire

/// What is played in every kind of guest.
extension GuestBench {
  func playGesturesAndPatterns() async throws {
    try await playGestures()
    try playPatterns()
    try await playNetworkAndPairing()
    try await playStart()
    try playTrial()
  }

  /// A bench with a printer of a simulation on this machine.
  static func playPrintersAndTrouble(_ kind: GuestKind = .own) async throws {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(
      folder: "\(folder.path)/simulator", printers: [PrinterSpecification(model: .p1s)], speed: 60)
    do {
      try await play(kind) { bench in
        try await bench.playPrinter(simulation)
        try await bench.playHolder()
        try await bench.playChip()
      }
    } catch {
      await simulation.stop()
      throw error
    }
    await simulation.stop()
  }

  /// A relay that the button switched on stays on, without an edge, while the service ends, is killed and starts again.
  func playRestarts() async throws {
    try mean(["short=toggle_relay"])
    try record(Lines.relay)
    try press("200 200")
    try await eventually(within: 60, "the relay is on") { try chip.isHigh(Lines.relay) ? true : nil }
    for signal in ["TERM", "KILL"] {
      let before = try service.guest.run("pidof layerberry")
      try service.guest.run("kill -\(signal) \(before)")
      try await eventually(within: 120, "another one runs") {
        let now = try? service.guest.run("pidof layerberry")
        return now != nil && now != before ? true : nil
      }
      try await service.becomeHealthy()
      #expect(try relay() == "on", "after SIG\(signal)")
    }
    try press("200 200")
    try await eventually(within: 60, "the relay is off") { try chip.isHigh(Lines.relay) ? nil : true }
    #expect(try recorded().map(\.isHigh) == [false, true, false])
  }

  /// From the button's edge to the relay's, and how often the service wakes up. Tells the figures.
  func playLatency(_ name: String, count: Int = 100) throws {
    try mean(["short=toggle_relay"])
    let output = try service.guest.run(
      "\(tool) react \(chip.pullFile(Lines.main)) \(chip.valueFile(Lines.relay)) \(count) 25", within: 300)
    let beyond = output.split(separator: "\n").compactMap { Int($0) }.sorted().map { $0 - 10_000 }
    try #require(beyond.count == count, "\(output.suffix(200))")
    let worst = beyond[count * 99 / 100 - 1]
    print("\(name): button to relay beyond the debounce: median \(beyond[count / 2]) µs, p99 \(worst) µs")
    #expect(worst < 20_000)
    for line in Lines.lights { try show("off", on: "light\(line)") }
    for (what, pattern, most) in [("its light steady", "on", 2.0), ("every light blinking", "blink 500 500", 5.0)] {
      for light in ["status"] + Lines.lights.map({ "light\($0)" }) { try show(.string(pattern), on: light) }
      let text = try service.guest.run("sleep 2; \(tool) wake-ups $(pidof layerberry) 10", within: 300)
      let wakeUps = Double(try #require(text.split(separator: "\n").first.flatMap { Int($0) })) / 10
      print("\(name): wake-ups a second of the idle service with \(what): \(wakeUps)")
      #expect(wakeUps <= most, "\(what)")
    }
  }

  /// Every pattern of the language at once, each on a light of its own.
  func playPatterns() throws {
    let patterns = [
      "off", "on", "blink 500 500", "blink 100 2900", "blink 900 300", "blink 1000 1000", "heartbeat", "count 3",
      "breathe",
    ]
    for (line, pattern) in zip(Lines.lights, patterns) { try show(.string(pattern), on: "light\(line)") }
    // An emulator that stands still for a moment tears a rhythm: all have to be seen whole in one of three looks.
    var wrong: [String] = []
    for _ in 1...3 {
      wrong = try zip(patterns, watch(Array(Lines.lights), 9500)).compactMap { pattern, edges in
        let cycle = try #require(LEDPattern(pattern)).cycle(isDimmable: false)
        return Self.shows(cycle, edges) ? nil : "\(pattern): \(edges)"
      }
      if wrong.isEmpty { break }
    }
    #expect(wrong.isEmpty)
    for line in Lines.lights { try show(.null, on: "light\(line)") }
  }

  /// Every gesture is heard as what it is, and means what the table says; the light says how far a press has gone.
  func playGestures() async throws {
    let presses = [
      ("short", "plate_cleared", "150 700"), ("double", "pairing", "150 150 150 700"),
      ("triple", "pause_resume", "150 150 150 150 150 700"),
      ("quadruple", "setup_wifi", "150 150 150 150 150 150 150 700"), ("long", "stop", "3000 700"),
      ("longer", "shutdown", "6500 700"),
      // Let go of in the count-down, it is nothing.
      ("", "", "12000 1000"),
    ]
    let lines = Lines.buttons
    try press(zip(lines, presses).map { ($0, $1.2) })
    var expected = Set(
      zip(lines, presses).filter { !$1.0.isEmpty }.map { line, press in "button\(line) \(press.0) \(press.1)" })
    try await eventually(within: 60, "all are heard; it was \(gestures)") { Set(gestures) == expected ? true : nil }

    try record(Lines.status)
    try press("16500 1500")
    expected.insert("main very_long factory_reset")
    try await eventually(within: 60, "a very long press is heard") { Set(gestures) == expected ? true : nil }
    #expect(gestures.count == expected.count)
    let edges = try recorded()
    // Held, the light flashes once a second from 2 s, is dark for a moment from 5 s, counts down from 10 s and stays lit.
    let flashes = Self.parts(edges)
    #expect(flashes.count { $0.isHigh && abs($0.length - 120) <= 40 } >= 2, "\(flashes)")
    #expect(flashes.count { $0.isHigh && abs($0.length - 500) <= 40 } >= 6, "\(flashes)")
    #expect(flashes.count { $0.isHigh && abs($0.length - 60) <= 40 } >= 10, "\(flashes)")
    #expect((edges.last?.isHigh) == true)
  }

  /// What `layerberry board test` does with the lines, in the service's stead.
  func playTrial() throws {
    let guest = service.guest
    try service.stop()
    try record(Lines.relay)
    try guest.run(
      """
      \(program) board test --board-map /etc/board.ini --relays --seconds 8 >/run/trial 2>&1 & echo $! >/run/trial.pid
      until grep -q 'button main: press it' /run/trial || ! kill -0 $(cat /run/trial.pid); do sleep 0.2; done
      """, within: 120)
    try press("150 150 150 700")
    let said = try guest.run(
      "while kill -0 $(cat /run/trial.pid) 2>/dev/null; do sleep 0.2; done; cat /run/trial", within: 120)
    #expect(said.contains("led status: blinks") && said.contains("led light18: blinks"), "\(said)")
    #expect(said.contains("relay printer: on, then off") && said.contains("button main: double"), "\(said)")
    #expect(try recorded().map(\.isHigh) == [false, true, false])
  }
}
