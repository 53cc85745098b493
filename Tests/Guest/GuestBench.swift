import Rules
import TestKit
import Testing
import Wire

/// A bench in a guest: the service with lines of a GPIO chip of the kernel's, kept alive by what plays systemd. The guest's
/// clock counts instructions, so that all times here are the service's doing and not the emulation's.
struct GuestBench {
  enum Lines {
    static let relay = 17
    static let status = 27
    static let lights = 18...26
    static let main = 5
    /// Of more buttons, by their numbers.
    static let buttons = [0, 1, 2, 3, 4, 6, 7]
  }

  struct Edge {
    /// Milliseconds of the guest.
    let time: Int
    let isHigh: Bool
  }

  /// How much a part of a rhythm may be longer or shorter, and still be told apart from every other; milliseconds.
  static let tolerance = 40
  static let journal = "/run/lines"

  private static let map: String = {
    let head = """
      [board]
      name = Bench
      chip = pinctrl-bcm2711
      pulled_up = 0-8
      pulled_down = 9-27
      [relay printer]
      line = \(Lines.relay)
      minimum_interval = 0
      [led status]
      line = \(Lines.status)
      """
    let lights = Lines.lights.map { "[led light\($0)]\nline = \($0)\nshows = error" }
    let buttons = ([("main", Lines.main)] + Lines.buttons.map { ("button\($0)", $0) }).map { name, line in
      "[button \(name)]\nline = \(line)\nactive = low\npull = up\ndebounce = 10"
    }
    return ([head] + lights + buttons).joined(separator: "\n")
  }()

  let service: GuestService
  let chip: GuestChip
  /// `Tests/GuestTool`, in the guest.
  let tool: String
  /// `layerberry`, in the guest.
  let program: String

  static func play(_ kind: GuestKind = .own, _ body: (GuestBench) async throws -> Void) async throws {
    var made: GuestChip?
    try await GuestService.play(
      kind, clock: .instructions, arguments: "--board-map /etc/board.ini", launcher: ("guest-tool", "keep /run/notify"),
      lifetime: 600,
      prepare: { guest in
        made = try GuestChip(guest, label: "pinctrl-bcm2711", lines: 54, names: [Lines.relay: "GPIO17"])
        try guest.write(map, to: "/etc/board.ini")
      }
    ) { service in
      let chip = try #require(made)
      // A person's finger is not at any button.
      for line in [Lines.main] + Lines.buttons { try chip.pull(line, high: true) }
      try await body(
        GuestBench(
          service: service, chip: chip, tool: try kind.path(of: "guest-tool"), program: try kind.path(of: "layerberry"))
      )
    }
  }

  // MARK: Lines

  /// What lines do in so many milliseconds, each from its level at the beginning on.
  func watch(_ lines: [Int], _ milliseconds: Int) throws -> [[Edge]] {
    let files = lines.map { chip.valueFile($0) }.joined(separator: " ")
    return Self.edges(try service.guest.run("\(tool) watch \(milliseconds) \(files)", within: 300), count: lines.count)
  }

  /// Begins to write down what a line does, until `recorded`.
  func record(_ line: Int) throws {
    try service.guest.run(
      "\(tool) watch 1000000 \(chip.valueFile(line)) >\(Self.journal) 2>&1 & echo $! >\(Self.journal).pid")
    try service.guest.run("while [ ! -s \(Self.journal) ]; do sleep 0.1; done")
  }

  func recorded() throws -> [Edge] {
    try service.guest.run("kill $(cat \(Self.journal).pid)")
    return Self.edges(try service.guest.read(Self.journal), count: 1)[0]
  }

  private static func edges(_ text: String, count: Int) -> [[Edge]] {
    var edges = [[Edge]](repeating: [], count: count)
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").compactMap { Int($0) }
      if words.count == 3, words[1] < count { edges[words[1]].append(Edge(time: words[0], isHigh: words[2] == 1)) }
    }
    return edges
  }

  /// Presses buttons at the same time: down and up, and so on, for so many milliseconds each.
  func press(_ presses: [(line: Int, times: String)]) throws {
    let programs = presses.map { "\(tool) press \(chip.pullFile($0.line)) \($0.times) &" }
    try service.guest.run((programs + ["wait"]).joined(separator: "\n"), within: 300)
  }

  func press(_ times: String) throws { try press([(Lines.main, times)]) }

  // MARK: The service

  func relay() throws -> JSONValue? {
    try service.client.get("/api/v1/board/relays").json?.array?.first?["state"]
  }

  func error() throws -> JSONValue? { try service.client.get("/api/v1/board").json?["error"] }

  func show(_ pattern: JSONValue, on light: String = "status") throws {
    let answer = try service.client.send("PUT", "/api/v1/board/leds/\(light)", json: ["pattern": pattern])
    guard answer.status == 200 else { throw TestKitError("\(light): \(answer.text)") }
  }

  /// Leaves these rows of the button table with a meaning.
  func mean(_ rows: [String]) throws {
    let none = ButtonGesture.allCases.map(\.rawValue).filter { gesture in
      !rows.contains { $0.hasPrefix("\(gesture)=") }
    }
    let value = JSONValue.array((rows + none.map { "\($0)=none" }).map { .string($0) })
    let answer = try service.client.send("PATCH", "/api/v1/settings", json: ["board.buttons": value])
    guard answer.status == 200 else { throw TestKitError("no such table: \(answer.text)") }
  }

  /// The gestures that were heard, as `button gesture action`.
  var gestures: [String] {
    service.log.split(separator: "\n").filter { $0.contains("button pressed") }.map { line in
      let words = line.split(separator: " ")
      func value(_ key: String) -> String {
        words.first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) } ?? ""
      }
      return "\(value("button")) \(value("gesture")) \(value("action"))"
    }
  }

  // MARK: Rhythms

  /// Watches the light until it shows this pattern.
  func shows(_ pattern: String, _ line: Int = Lines.status, within seconds: Double = 60) async throws {
    let cycle = try #require(LEDPattern(pattern)).cycle(isDimmable: false)
    var seen: [Edge] = []
    try await eventually(within: seconds, "the light shows \(pattern); it was \(seen)") { () -> Bool? in
      seen = try watch([line], cycle.total == 0 ? 500 : cycle.total * 2 + 100)[0]
      return Self.shows(cycle, seen) ? true : nil
    }
  }

  /// How long a light was at each level in milliseconds, without the first and the last part: both were seen in part.
  static func parts(_ edges: [Edge]) -> [(isHigh: Bool, length: Int)] {
    zip(edges.dropFirst(), edges.dropFirst(2)).map { (isHigh: $0.isHigh, length: $1.time - $0.time) }
  }

  /// Whether a light did that, as far as it was seen: wherever in its round that began.
  static func shows(_ cycle: LEDCycle, _ edges: [Edge]) -> Bool {
    let phases = cycle.phases
    guard cycle.total > 0 else { return edges.map(\.isHigh) == [phases[0].level == 1] }
    let whole = parts(edges)
    guard whole.count >= phases.count else { return false }
    return phases.indices.contains { start in
      whole.enumerated().allSatisfy { index, part in
        let phase = phases[(start + index) % phases.count]
        return part.isHigh == (phase.level == 1) && abs(part.length - phase.milliseconds) <= tolerance
      }
    }
  }
}
