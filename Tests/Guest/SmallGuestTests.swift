import Model
import Simulator
import TestKit
import Testing
import Wire

/// The arm64 binary that ships, in a machine as small as the smallest board that it is for (`Image/arm64-check`).
@Suite(.serialized, .enabled(if: GuestKind.arm64.folder != nil, "Image/arm64-check has made no machine"))
struct SmallGuests {
  @Test("The arm64 binary starts within 3 s, and its relay has no edge but those it was told, within 20 ms")
  func board() async throws {
    let folder = try TemporaryFolder()
    let simulation = try await Simulation.start(
      folder: "\(folder.path)/simulator",
      printers: (1...4).map { _ in PrinterSpecification(model: .x1c) })
    do {
      try await GuestBench.play(.arm64) { bench in
        try Self.trust(simulation, bench)
        try Self.expectStart(bench)
        try await Self.measureMemory(bench, simulation)
        try await bench.playRestarts()
        try bench.playLatency("arm64")
      }
    } catch {
      await simulation.stop()
      throw error
    }
    await simulation.stop()
  }

  @Test("The arm64 binary hears every gesture, and shows every pattern in its rhythm")
  func gesturesAndPatterns() async throws {
    try await GuestBench.play(.arm64) { try await $0.playGesturesAndPatterns() }
  }

  @Test("The arm64 binary's light tells how printers stand; held lines and chips that go are told, and come back")
  func printersAndTrouble() async throws { try await GuestBench.playPrintersAndTrouble(.arm64) }

  /// The maker's CA, as a person puts it there; it counts from the next start on.
  private static func trust(_ simulation: Simulation, _ bench: GuestBench) throws {
    let folder = "\(GuestService.data)/trust"
    try bench.service.guest.run("mkdir -p \(folder)")
    try bench.service.guest.write(String(decoding: simulation.rootCertificate, as: UTF8.self), to: "\(folder)/root.pem")
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

  /// What the service has of the memory with four printers that report once a second, after it has given up what only its
  /// start needed (Documentation/decisions/0024-resident-code.md). The printers are gone again afterwards.
  private static func measureMemory(_ bench: GuestBench, _ simulation: Simulation) async throws {
    let made = try await bench.service.connect(simulation)
    for printer in try bench.service.client.get("/api/v1/printers").json?.array ?? [] {
      #expect(printer["trust"]?["state"] == "verified")
    }
    let text = try bench.service.guest.run("sleep 40; sync; cat /proc/$(pidof layerberry)/smaps_rollup", within: 300)
    let kilobytes = text.split(separator: "\n").reduce(into: [String: Int]()) { sizes, line in
      let words = line.split(separator: " ")
      if words.count == 3, let size = Int(words[1]) { sizes[String(words[0].dropLast())] = size }
    }
    print("arm64: kB with four printers: \(["Rss", "Pss", "Anonymous"].map { "\($0) \(kilobytes[$0] ?? 0)" })")
    #expect((kilobytes["Pss"] ?? 0) > 0)
    for id in made { #expect(try bench.service.client.send("DELETE", "/api/v1/printers/\(id)").status == 200) }
  }
}

extension GuestService {
  /// Adds the printers of a simulation on this machine, and waits until they are connected; their numbers.
  func connect(_ simulation: Simulation) async throws -> [Int64] {
    var made: [Int64] = []
    for printer in simulation.printers {
      let entry = (Stage.entry(printer).object ?? [:]).merging(["ip_address": .string(GuestMachine.hostAddress)]) { $1 }
      let answer = try client.send("POST", "/api/v1/printers", json: .object(entry))
      guard case .int(let id)? = answer.json?["id"] else { throw TestKitError("not added: \(answer.text)") }
      made.append(id)
    }
    try await eventually(within: 120, "all are connected") { () -> Bool? in
      try client.get("/api/v1/printers").json?.array?.allSatisfy { $0["connected"] == true } == true ? true : nil
    }
    return made
  }
}
