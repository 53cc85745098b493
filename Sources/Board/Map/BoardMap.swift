package import Rules

/// What is wired to which line: the pin map of a board (Board/*.ini).
package struct BoardMap: Hashable, Sendable {
  package let name: String
  package let relays: [RelayPin]
  package let lights: [LightPin]
  package let buttons: [ButtonPin]

  package init(name: String, relays: [RelayPin], lights: [LightPin], buttons: [ButtonPin]) {
    self.name = name
    self.relays = relays
    self.lights = lights
    self.buttons = buttons
  }

  /// The board that stands in where there is no other: all its lines are in memory.
  package static let virtual = BoardMap(
    name: "virtual board",
    relays: (1...4).map { number in
      RelayPin(
        name: "relay\(number)", line: LineReference(chip: "virtual", line: .offset(number - 1)), isActiveLow: false,
        isSafeOn: false, minimumInterval: .zero)
    },
    lights: [
      LightPin(
        name: "status", output: .line(LineReference(chip: "virtual", line: .offset(16)), isActiveLow: false),
        shows: Set(LEDState.allCases))
    ],
    buttons: [
      ButtonPin(
        name: "main", line: LineReference(chip: "virtual", line: .offset(24)), isActiveLow: false, bias: .down,
        debounce: .milliseconds(10))
    ])

  /// All lines that the map uses, with what is wired to them.
  package var lines: [(use: String, line: LineReference)] {
    relays.map { ("relay \($0.name)", $0.line) }
      + lights.compactMap { light in
        if case .line(let line, _) = light.output { ("led \(light.name)", line) } else { nil }
      }
      + buttons.map { ("button \($0.name)", $0.line) }
  }
}

/// A line as a map names it.
package struct LineReference: Hashable, Sendable, CustomStringConvertible {
  package enum Line: Hashable, Sendable {
    case offset(Int)
    case name(String)
  }

  /// A label or a name.
  package let chip: String
  package let line: Line

  package init(chip: String, line: Line) {
    self.chip = chip
    self.line = line
  }

  package var lineText: String {
    switch line {
    case .offset(let offset): "\(offset)"
    case .name(let name): name
    }
  }

  package var description: String { "\(lineText) of \(chip)" }
}

package struct RelayPin: Hashable, Sendable {
  package let name: String
  package let line: LineReference
  package let isActiveLow: Bool
  /// How it stands when nobody knows better: after the power came on.
  package let isSafeOn: Bool
  package let minimumInterval: Duration
}

package struct LightPin: Hashable, Sendable {
  package enum Output: Hashable, Sendable {
    case line(LineReference, isActiveLow: Bool)
    /// A channel of a PWM chip of the kernel's: `0:1` is pwmchip0, channel 1.
    case pwm(chip: Int, channel: Int, isActiveLow: Bool)
  }

  package let name: String
  package let output: Output
  package let shows: Set<LEDState>

  /// Anything between on and off.
  package var isDimmable: Bool { if case .pwm = output { true } else { false } }
}

package struct ButtonPin: Hashable, Sendable {
  package let name: String
  package let line: LineReference
  package let isActiveLow: Bool
  package let bias: LineBias
  package let debounce: Duration
}
