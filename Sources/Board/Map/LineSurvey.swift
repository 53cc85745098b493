/// What a map names, and how the kernel sees it: without taking any line.
package struct LineSurvey: Sendable {
  package struct Row: Hashable, Sendable {
    /// `relay printer`.
    package let use: String
    package let chip: String
    /// As the map has it.
    package let line: String
    /// What the chip calls it.
    package let name: String?
    /// `high` or `low`.
    package let active: String
    /// `free`, who holds it, or what is wrong.
    package let standing: String
    package let isThere: Bool
  }

  package let map: BoardMap
  package let rows: [Row]

  package init(map: BoardMap, chips: any GPIOChips) {
    self.map = map
    let active =
      map.relays.map { Self.word($0.isActiveLow) }
      + map.lights.compactMap { if case .line(_, let isActiveLow) = $0.output { Self.word(isActiveLow) } else { nil } }
      + map.buttons.map { Self.word($0.isActiveLow) }
    var rows = zip(map.lines, active).map { used, active in
      Self.row(used.use, used.line, active: active, chips: chips)
    }
    for light in map.lights {
      guard case .pwm(let chip, let channel, let isActiveLow) = light.output else { continue }
      rows.append(
        Row(
          use: "led \(light.name)", chip: "pwmchip\(chip)", line: "channel \(channel)", name: nil,
          active: Self.word(isActiveLow), standing: "PWM", isThere: true))
    }
    self.rows = rows
  }

  private static func word(_ isActiveLow: Bool) -> String { isActiveLow ? "low" : "high" }

  private static func row(_ use: String, _ line: LineReference, active: String, chips: any GPIOChips) -> Row {
    func row(_ name: String?, _ standing: String, isThere: Bool) -> Row {
      Row(
        use: use, chip: line.chip, line: line.lineText, name: name, active: active, standing: standing,
        isThere: isThere)
    }
    do throws(GPIOFailure) {
      let chip = try chips.open(line.chip)
      let offset: Int
      switch line.line {
      case .offset(let number): offset = number
      case .name(let name):
        guard let found = chip.offset(named: name) else { throw .unknownLine(name, chip: chip.identity) }
        offset = found
      }
      let standing = try chip.look(at: offset)
      let holder = standing.consumer.map { "held by \($0)" } ?? "free"
      return row(standing.name.isEmpty ? nil : standing.name, holder, isThere: true)
    } catch {
      return row(nil, error.description, isThere: false)
    }
  }
}
