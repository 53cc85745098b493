import TestKit
import Testing
import Wire

/// Lines that others hold, and chips that go.
extension GuestBench {
  func playHolder() async throws {
    let line = Lines.lights.lowerBound
    #expect(try error() == .null)
    try service.guest.run("kill -STOP $(cat /run/service.pid); kill -KILL $(pidof layerberry)")
    // Only the relay's line is kept; the light's is free now.
    try service.guest.run(
      """
      while ! [ -e /run/holds ]; do
        \(tool) hold /dev/\(chip.name) \(line) stranger >/dev/null 2>&1 & echo $! >/run/stranger
        sleep 0.3
        if kill -0 $(cat /run/stranger) 2>/dev/null; then touch /run/holds; fi
      done
      kill -CONT $(cat /run/service.pid)
      """)
    try await service.becomeHealthy()
    let problem = try error()?.string ?? ""
    #expect(problem == "Line \(line) of pinctrl-bcm2711 is held by “stranger”. Stop it, or use another line.")
    let path = "/api/v1/board/leds/light\(line)"
    let refused = try service.client.send("PUT", path, json: ["pattern": "on"])
    #expect(refused.status == 502 && refused.json?["code"] == "BOARD_ERROR")
    // All other lights tell that something is wrong.
    try await shows("blink 200 200")
    let shown = try service.guest.run("\(program) board show --board-map /etc/board.ini")
    #expect(shown.contains("held by stranger") && shown.contains("GPIO17"))
    #expect(try service.client.send("PUT", path, json: ["pattern": .null]).status == 502)
    try service.guest.run("kill $(cat /run/stranger)")
    try await eventually(within: 120, "the light is free") { () -> Bool? in try error() == .null ? true : nil }
  }

  func playChip() async throws {
    try chip.setThere(false)
    try await eventually(within: 60, "the chip's end is told") { () -> Bool? in
      try relay() == "unknown" ? true : nil
    }
    #expect(try service.client.get("/health").status == 200)
    try chip.setThere(true)
    try await eventually(within: 120, "the chip is there again") { () -> Bool? in
      try relay() == "off" ? true : nil
    }
    try await shows("on")
  }
}
