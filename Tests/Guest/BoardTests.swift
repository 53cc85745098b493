import Model
import Simulator
import TestKit
import Testing
import Wire

extension Guests {
  /// The board on a GPIO chip of the kernel's: what people do at the bench, and what happens to lines and chips.
  struct BoardTests {
    @Test("A relay has no edge but those it was told, and the button's reach it within 20 ms beyond the debounce")
    func relay() async throws {
      try await GuestBench.play { bench in
        try await bench.playRestarts()
        try bench.playLatency("x86_64, debug")
      }
    }

    @Test("Every gesture is heard as what it is, and lights show every pattern in its rhythm")
    func gesturesAndPatterns() async throws {
      try await GuestBench.play { bench in
        try await bench.playGestures()
        try bench.playPatterns()
        try await Self.playNetworkAndPairing(bench)
        try Self.playTrial(bench)
      }
    }

    @Test("The light tells how printers stand; held lines and chips that go are told, and come back")
    func printersAndTrouble() async throws {
      let folder = try TemporaryFolder()
      let simulation = try await Simulation.start(
        folder: "\(folder.path)/simulator", printers: [PrinterSpecification(model: .p1s)], speed: 60)
      do {
        try await GuestBench.play { bench in
          try await Self.playPrinter(bench, simulation)
          try await Self.playHolder(bench)
          try await Self.playChip(bench)
        }
      } catch {
        await simulation.stop()
        throw error
      }
      await simulation.stop()
    }

    // MARK: What the light tells

    private static func playNetworkAndPairing(_ bench: GuestBench) async throws {
      let client = bench.service.client
      try await bench.shows("on")
      #expect(try client.send("POST", "/api/v1/board/identify").status == 200)
      try await bench.shows("blink 60 60")

      let opened = try client.send("POST", "/api/v1/pairing", json: ["name": "tablet"])
      guard case .int(let blinks)? = opened.json?["blinks"] else { throw TestKitError("no blinks: \(opened.text)") }
      // Identify is more urgent, for as long as it lasts.
      try await bench.shows("count \(blinks)")
      try bench.press("150 150 150 700")
      try await eventually(within: 30, "it is granted") { () -> Bool? in
        let path = opened.headers["location"] ?? ""
        return try client.get(path).json?["state"] == "granted" ? true : nil
      }

      try bench.service.guest.run("ip link set eth0 down")
      try await bench.shows("blink 100 900")
      try bench.service.guest.run("ip link set eth0 up; ip route add default via 10.0.2.2")
      try await bench.shows("on")
    }

    /// What `layerberry board test` does with the lines, in the service's stead.
    private static func playTrial(_ bench: GuestBench) throws {
      let guest = bench.service.guest
      try bench.service.stop()
      try bench.record(GuestBench.Lines.relay)
      try guest.run(
        """
        \(try GuestKind.own.path(of: "layerberry")) board test --board-map /etc/board.ini --relays --seconds 8 \
          >/run/trial 2>&1 & echo $! >/run/trial.pid
        until grep -q 'button main: press it' /run/trial || ! kill -0 $(cat /run/trial.pid); do sleep 0.2; done
        """, within: 120)
      try bench.press("150 150 150 700")
      let said = try guest.run(
        "while kill -0 $(cat /run/trial.pid) 2>/dev/null; do sleep 0.2; done; cat /run/trial", within: 120)
      #expect(said.contains("led status: blinks") && said.contains("led light18: blinks"), "\(said)")
      #expect(said.contains("relay printer: on, then off") && said.contains("button main: double"), "\(said)")
      #expect(try bench.recorded().map(\.isHigh) == [false, true, false])
    }

    private static func playPrinter(_ bench: GuestBench, _ simulation: Simulation) async throws {
      let client = bench.service.client
      let printer = simulation.printers[0]
      let entry = (Stage.entry(printer).object ?? [:]).merging(["ip_address": .string(GuestMachine.hostAddress)]) { $1 }
      let made = try client.send("POST", "/api/v1/printers", json: .object(entry))
      guard case .int(let id)? = made.json?["id"] else { throw TestKitError("not added: \(made.text)") }
      try await eventually(within: 120, "the printer is idle") { () -> Bool? in
        try client.get("/api/v1/printers/\(id)/status").json?["state"] == "idle" ? true : nil
      }
      printer.startPrint(name: "Bracket", layers: 20, minutes: 60)
      try await bench.shows("breathe")
      printer.pause()
      try await bench.shows("blink 900 300")
      printer.resume()
      try await bench.shows("breathe")
      simulation.setSpeed(3600)
      try await bench.shows("heartbeat")
      #expect(try client.send("PATCH", "/api/v1/settings", json: ["queue.require_plate_clear": false]).status == 200)
      try await bench.shows("blink 100 2900")
      try bench.press("150 700")
      try await bench.shows("on")
    }

    // MARK: Lines and chips

    private static func playHolder(_ bench: GuestBench) async throws {
      let (service, line) = (bench.service, GuestBench.Lines.lights.lowerBound)
      #expect(try bench.error() == .null)
      try service.guest.run("kill -STOP $(cat /run/service.pid); kill -KILL $(pidof layerberry)")
      // Only the relay's line is kept; the light's is free now.
      try service.guest.run(
        """
        while ! [ -e /run/holds ]; do
          \(bench.tool) hold /dev/\(bench.chip.name) \(line) stranger >/dev/null 2>&1 & echo $! >/run/stranger
          sleep 0.3
          if kill -0 $(cat /run/stranger) 2>/dev/null; then touch /run/holds; fi
        done
        kill -CONT $(cat /run/service.pid)
        """)
      try await service.becomeHealthy()
      let problem = try bench.error()?.string ?? ""
      #expect(problem == "Line \(line) of pinctrl-bcm2711 is held by “stranger”. Stop it, or use another line.")
      let path = "/api/v1/board/leds/light\(line)"
      let refused = try service.client.send("PUT", path, json: ["pattern": "on"])
      #expect(refused.status == 502 && refused.json?["code"] == "BOARD_ERROR")
      // All other lights tell that something is wrong.
      try await bench.shows("blink 200 200")
      let shown = try service.guest.run(
        "\(try GuestKind.own.path(of: "layerberry")) board show --board-map /etc/board.ini")
      #expect(shown.contains("held by stranger") && shown.contains("GPIO17"))
      #expect(try service.client.send("PUT", path, json: ["pattern": .null]).status == 502)
      try service.guest.run("kill $(cat /run/stranger)")
      try await eventually(within: 120, "the light is free") { () -> Bool? in
        try bench.error() == .null ? true : nil
      }
    }

    private static func playChip(_ bench: GuestBench) async throws {
      try bench.chip.setThere(false)
      try await eventually(within: 60, "the chip's end is told") { () -> Bool? in
        try bench.relay() == "unknown" ? true : nil
      }
      #expect(try bench.service.client.get("/health").status == 200)
      try bench.chip.setThere(true)
      try await eventually(within: 120, "the chip is there again") { () -> Bool? in
        try bench.relay() == "off" ? true : nil
      }
      try await bench.shows("on")
    }
  }
}
