import INI
import Rules

/// Why a pin map is refused: where, and what was expected.
package struct BoardMapProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file and its line.
  package let place: String
  package let problem: String

  package var description: String { "\(place): \(problem)" }
}

extension BoardMap {
  /// Reads a map from a file.
  package static func read(path: String) throws(BoardMapProblem) -> BoardMap {
    let text: String
    do throws(INIFileProblem) {
      text = try INIFile.text(of: path)
    } catch {
      throw BoardMapProblem(place: path, problem: error.problem)
    }
    return try parse(text, path: path)
  }

  /// - Parameter path: as problems name it.
  package static func parse(_ text: String, path: String) throws(BoardMapProblem) -> BoardMap {
    let document: INIDocument
    do throws(INIProblem) {
      document = try INIDocument(text)
    } catch {
      throw BoardMapProblem(place: "\(path), line \(error.line)", problem: error.problem)
    }
    return try BoardMapReader(path: path).read(document.entries)
  }
}

/// Reads a pin map section by section, and refuses what would do harm.
struct BoardMapReader {
  /// More relays, lights or buttons than this is no board.
  static let mostOfAKind = 16
  /// The head, and all that there may be of each kind.
  private static let mostSections = 1 + 3 * mostOfAKind

  let path: String

  func read(_ entries: [INIDocument.Entry]) throws(BoardMapProblem) -> BoardMap {
    let sections = try split(entries)
    guard let head = sections.first(where: { $0.kind == "board" }) else {
      throw BoardMapProblem(place: path, problem: "has no section [board]")
    }
    let pulls = try LinePulls(head)
    let name = try head.text("name")
    let chip = try head.text("chip")
    try head.refuseRest()

    var relays: [RelayPin] = []
    var lights: [LightPin] = []
    var buttons: [ButtonPin] = []
    var used: [LineReference: String] = [:]
    func claim(_ section: MapSection, _ line: LineReference) throws(BoardMapProblem) {
      if let other = used[line] {
        throw section.problem("line", "\(line.lineText) is the line of [\(other)] already; each can be used once")
      }
      used[line] = section.title
    }
    for section in sections where section.kind != "board" {
      switch section.kind {
      case "relay":
        let relay = try self.relay(section, chip: chip, pulls: pulls)
        try claim(section, relay.line)
        relays.append(relay)
      case "led":
        let light = try self.light(section, chip: chip)
        if case .line(let line, _) = light.output { try claim(section, line) }
        lights.append(light)
      case "button":
        let button = try self.button(section, chip: chip)
        try claim(section, button.line)
        buttons.append(button)
      default:
        throw BoardMapProblem(
          place: "\(path), line \(section.line)",
          problem: "there is no section [\(section.title)]; expected [board], [relay NAME], [led NAME], [button NAME]")
      }
      try section.refuseRest()
    }
    for (what, count) in [("relays", relays.count), ("leds", lights.count), ("buttons", buttons.count)]
    where count > Self.mostOfAKind {
      throw BoardMapProblem(place: path, problem: "has \(count) \(what); \(Self.mostOfAKind) is the most")
    }
    return BoardMap(name: name, relays: relays, lights: lights, buttons: buttons)
  }

  private func split(_ entries: [INIDocument.Entry]) throws(BoardMapProblem) -> [MapSection] {
    var sections: [MapSection] = []
    for entry in entries {
      let place = "\(path), line \(entry.line)"
      guard !entry.section.isEmpty else {
        throw BoardMapProblem(place: place, problem: "\(entry.key) stands before the first section; begin with [board]")
      }
      if sections.last?.title != entry.section {
        guard !sections.contains(where: { $0.title == entry.section }) else {
          throw BoardMapProblem(place: place, problem: "[\(entry.section)] is there a second time")
        }
        guard sections.count < Self.mostSections else {
          throw BoardMapProblem(place: place, problem: "is the \(sections.count + 1)th section; no board has so many")
        }
        sections.append(try MapSection(title: entry.section, path: path, line: entry.line))
      }
      try sections.last?.add(entry)
    }
    return sections
  }

  private func relay(
    _ section: MapSection, chip: String, pulls: LinePulls
  ) throws(BoardMapProblem) -> RelayPin {
    let line = try section.lineReference(chip: chip)
    let isActiveLow = try section.isActiveLow()
    let resistor = try section.choice("resistor", ["up", "down"], standard: nil)
    let pull = resistor ?? pulls.pull(of: line, onBoardChip: line.chip == chip)
    let wanted = isActiveLow ? "up" : "down"
    guard pull == wanted else {
      let state =
        pull.map { "is pulled \($0) from power-on, which would switch the relay on" }
        ?? "may have any level from power-on, so that the relay could switch on"
      throw section.problem(
        "line",
        "\(line.lineText) \(state); use a line that is pulled \(wanted)\(pulls.list(wanted)), or fit a resistor and say "
          + "resistor = \(wanted)")
    }
    return RelayPin(
      name: section.name, line: line, isActiveLow: isActiveLow,
      isSafeOn: try section.choice("safe", ["off", "on"], standard: "off") == "on",
      minimumInterval: .seconds(try section.number("minimum_interval", 0...3600, unit: "seconds", standard: 2)))
  }

  private func light(_ section: MapSection, chip: String) throws(BoardMapProblem) -> LightPin {
    let isActiveLow = try section.isActiveLow()
    let output: LightPin.Output
    if let pwm = section.take("pwm") {
      let words = pwm.value.split(separator: ":", omittingEmptySubsequences: false).compactMap { UInt8($0) }
      guard words.count == 2, pwm.value.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ":") }) else {
        throw section.problem("pwm", "must be a PWM chip and its channel, such as 0:1")
      }
      guard section.take("line") == nil else {
        throw section.problem("pwm", "stands beside line; one of them it must be")
      }
      output = .pwm(chip: Int(words[0]), channel: Int(words[1]), isActiveLow: isActiveLow)
    } else {
      output = .line(try section.lineReference(chip: chip), isActiveLow: isActiveLow)
    }
    return LightPin(name: section.name, output: output, shows: try section.states("shows"))
  }

  private func button(_ section: MapSection, chip: String) throws(BoardMapProblem) -> ButtonPin {
    let bias = try section.choice("pull", LineBias.allCases.map(\.rawValue), standard: "as_is")
    return ButtonPin(
      name: section.name, line: try section.lineReference(chip: chip), isActiveLow: try section.isActiveLow(),
      bias: bias.flatMap(LineBias.init(rawValue:)) ?? .asIs,
      debounce: .milliseconds(try section.number("debounce", 0...200, unit: "milliseconds", standard: 10)))
  }
}
