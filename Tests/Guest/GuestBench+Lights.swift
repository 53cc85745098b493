import Simulator
import TestKit
import Testing
import Wire

/// What the light tells of the service and its printers.
extension GuestBench {
  func playNetworkAndPairing() async throws {
    let client = service.client
    try await shows("on")
    #expect(try client.send("POST", "/api/v1/board/identify").status == 200)
    try await shows("blink 60 60")

    let opened = try client.send("POST", "/api/v1/pairing", json: ["name": "tablet"])
    guard case .int(let blinks)? = opened.json?["blinks"] else { throw TestKitError("no blinks: \(opened.text)") }
    // Identify is more urgent, for as long as it lasts.
    try await shows("count \(blinks)")
    try press("150 150 150 700")
    try await eventually(within: 30, "it is granted") { () -> Bool? in
      let path = opened.headers["location"] ?? ""
      return try client.get(path).json?["state"] == "granted" ? true : nil
    }

    try service.guest.run("ip link set eth0 down")
    try await shows("blink 100 900")
    try service.guest.run("ip link set eth0 up; ip route add default via 10.0.2.2")
    try await shows("on")
  }

  /// While it starts, which takes its time where everything else on the board wants the processors, too, its light blinks.
  func playStart() async throws {
    try await shows("on")
    try record(Lines.status)
    // Two edges are the end of the one before; then on and off, twice. The emulation gets through what it gets through.
    try service.guest.run(
      """
      kill -TERM $(pidof layerberry)
      \(tool) crowd $((3 * $(grep -c ^processor /proc/cpuinfo))) >/dev/null 2>&1 & crowd=$!
      for i in $(seq 100); do
        [ $(wc -l <\(Self.journal)) -ge 6 ] && break
        sleep 0.5
      done
      kill $crowd
      """, within: 300)
    try await service.becomeHealthy()
    try await shows("on")
    let parts = Self.parts(try recorded())
    #expect(parts.count { abs($0.length - 500) <= Self.tolerance } >= 3, "\(parts)")
  }

  func playPrinter(_ simulation: Simulation) async throws {
    let client = service.client
    let printer = simulation.printers[0]
    let id = try await service.connect(simulation)[0]
    try await eventually(within: 120, "the printer is idle") { () -> Bool? in
      try client.get("/api/v1/printers/\(id)/status").json?["state"] == "idle" ? true : nil
    }
    printer.startPrint(name: "Bracket", layers: 20, minutes: 60)
    try await shows("breathe")
    printer.pause()
    try await shows("blink 900 300")
    printer.resume()
    try await shows("breathe")
    simulation.setSpeed(3600)
    try await shows("heartbeat")
    #expect(try client.send("PATCH", "/api/v1/settings", json: ["queue.require_plate_clear": false]).status == 200)
    try await shows("blink 100 2900")
    try press("150 700")
    try await shows("on")
  }
}
