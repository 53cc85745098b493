import Model
import Simulator
import TestKit
import Testing
import Wire

/// The arm64 binary that ships, in a machine as small as the smallest board that it is for (`Image/arm64-check`).
@Suite(.serialized, .enabled(if: GuestKind.arm64.folder != nil, "Image/arm64-check has made no machine"))
struct SmallGuests {
  @Test("The arm64 binary boots, starts within 3 s, and works relays, lights and buttons as anywhere")
  func board() async throws {
    try await GuestBench.play(.arm64) { bench in
      try Self.expectStart(bench)
      try await bench.playRestarts()
      try bench.playLatency("arm64")
      try bench.playPatterns()
    }
  }

  @Test("With four printers it needs less than 16 MB")
  func memory() async throws {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(
      folder: "\(folder.path)/simulator",
      printers: [.init(model: .x1c), .init(model: .p1s), .init(model: .a1Mini), .init(model: .h2d)])
    do {
      try await GuestService.play(.arm64, clock: .instructions, lifetime: 600) { service in
        try await Self.expectMemory(service, simulation)
      }
    } catch {
      await simulation.stop()
      throw error
    }
    await simulation.stop()
  }

  /// From the start of the program to the first answer, by the guest's clock.
  private static func expectStart(_ bench: GuestBench) throws {
    let text = try bench.service.guest.run(
      """
      ticks() { sed 's/ .*//; s/[.]//' /proc/uptime; }
      health=http://127.0.0.1:\(bench.service.guest.port)/health
      old=$(pidof layerberry)
      kill -TERM $old
      while [ -z "$(pidof layerberry)" ] || [ "$(pidof layerberry)" = "$old" ]; do sleep 0.01; done
      start=$(awk '{ print $22 }' /proc/$(pidof layerberry)/stat)
      until wget -q -O /dev/null $health 2>/dev/null; do sleep 0.02; done
      echo $(($(ticks) - start))
      """, within: 300)
    // Both in hundredths of a second since the boot.
    let hundredths = try #require(text.split(separator: "\n").last.flatMap { Int($0) }, "\(text)")
    print("arm64: from the start of the program to its first answer \(hundredths * 10) ms")
    #expect(hundredths < 300)
  }

  private static func expectMemory(_ service: GuestService, _ simulation: Simulation) async throws {
    for printer in simulation.printers {
      let entry = (Stage.entry(printer).object ?? [:]).merging(["ip_address": .string(GuestMachine.hostAddress)]) { $1 }
      let made = try service.client.send("POST", "/api/v1/printers", json: .object(entry))
      #expect(made.status == 201, "\(made.text)")
    }
    try await eventually(within: 240, "all printers report") { () -> Bool? in
      let printers = try service.client.get("/api/v1/printers").json?.array ?? []
      return printers.count == 4 && printers.allSatisfy { $0["status"] == "idle" } ? true : nil
    }
    // What only the start needed is let go of within the first minute.
    try service.guest.run("sleep 60", within: 300)
    let text = try service.guest.run("grep -E '^(Pss|Anonymous|Rss):' /proc/$(cat /run/service.pid)/smaps_rollup")
    func kilobytes(_ name: String) -> Int {
      text.split(separator: "\n").first { $0.hasPrefix(name) }?.split(separator: " ").dropFirst().first
        .flatMap { Int($0) } ?? .max
    }
    print("arm64: with 4 printers PSS \(kilobytes("Pss")) kB, anonymous \(kilobytes("Anonymous")) kB")
    #expect(kilobytes("Pss") <= 16 * 1024, "\(text)")
  }
}
