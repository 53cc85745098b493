package import Board
package import Rules

/// How the board stands at one moment.
package struct BoardStanding: Hashable, Sendable {
  package struct Light: Hashable, Sendable {
    package let light: LightStanding
    /// What it tells; nil where somebody gave it a pattern of their own, or it is dark.
    package let state: LEDState?
    /// Somebody gave it its pattern.
    package let isOverridden: Bool
  }

  package struct Button: Hashable, Sendable {
    package let name: String
    package let isStuck: Bool
    package let problem: String?
    package let table: ButtonTable
  }

  package struct Line: Hashable, Sendable {
    /// `relay printer`.
    package let use: String
    package let chip: String
    /// Its number or its name.
    package let line: String
  }

  /// As the pin map calls it.
  package let name: String
  package let isVirtual: Bool
  package let chips: [ChipIdentity]
  package let lights: [Light]
  package let relays: [RelayStanding]
  package let buttons: [Button]
  package let lines: [Line]
  /// The first thing that does not work, as a sentence.
  package let problem: String?
}
