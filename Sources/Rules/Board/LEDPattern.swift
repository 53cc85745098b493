/// What a light does, told apart by rhythm and not by colour.
package enum LEDPattern: Hashable, Sendable {
  case off, on
  /// Milliseconds of light and of darkness, each 20 to 10,000.
  case blink(on: Int, off: Int)
  /// Two short beats and a pause.
  case heartbeat
  /// So many flashes (1 to 9) and a pause.
  case count(Int)
  /// Brighter and darker; on a light that is only on or off a slow blink instead.
  case breathe

  package static let blinkRange = 20...10_000
  package static let countRange = 1...9

  /// The language, as the end of a sentence.
  package static let expectation =
    "must be off, on, heartbeat, breathe, count 1 … count 9, or blink ON OFF with 20 to 10000 milliseconds each"

  /// The language, as a regular expression of JSON Schema.
  package static let expression: String = {
    let milliseconds = "([2-9][0-9]|[1-9][0-9]{2,3}|10000)"
    return "^(off|on|heartbeat|breathe|count [1-9]|blink \(milliseconds) \(milliseconds))$"
  }()

  /// nil for what is not in the language.
  package init?(_ text: some StringProtocol) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    func number(_ word: some StringProtocol, _ range: ClosedRange<Int>) -> Int? {
      // Int would take a sign and leading zeros as well.
      guard word.first != "0", word.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(word),
        range.contains(number)
      else { return nil }
      return number
    }
    switch (words.first, words.count) {
    case ("off"?, 1): self = .off
    case ("on"?, 1): self = .on
    case ("heartbeat"?, 1): self = .heartbeat
    case ("breathe"?, 1): self = .breathe
    case ("count"?, 2):
      guard let flashes = number(words[1], Self.countRange) else { return nil }
      self = .count(flashes)
    case ("blink"?, 3):
      guard let on = number(words[1], Self.blinkRange), let off = number(words[2], Self.blinkRange) else { return nil }
      self = .blink(on: on, off: off)
    default: return nil
    }
  }

  /// As it is written.
  package var text: String {
    switch self {
    case .off: "off"
    case .on: "on"
    case .blink(let on, let off): "blink \(on) \(off)"
    case .heartbeat: "heartbeat"
    case .count(let flashes): "count \(flashes)"
    case .breathe: "breathe"
    }
  }

  /// One round of light and darkness.
  ///
  /// - Parameter isDimmable: the light can be anything between on and off.
  package func cycle(isDimmable: Bool) -> LEDCycle {
    switch self {
    case .off: LEDCycle(steady: 0)
    case .on: LEDCycle(steady: 1)
    case .blink(let on, let off): LEDCycle([(1, on), (0, off)])
    case .heartbeat: LEDCycle([(1, 100), (0, 150), (1, 100), (0, 1150)])
    case .count(let flashes):
      LEDCycle((1...flashes).flatMap { [(1, 300), (0, $0 == flashes ? 1700 : 300)] })
    case .breathe where isDimmable:
      // The eye sees brightness by about its square root.
      LEDCycle(
        (0..<Self.breaths).map { step in
          let rising = Double(min(step, Self.breaths - step)) / Double(Self.breaths / 2)
          return (rising * rising, Self.breathMilliseconds)
        })
    case .breathe: LEDCycle([(1, 2000), (0, 2000)])
    }
  }

  private static let breaths = 60
  private static let breathMilliseconds = 50
}

/// Levels of light that follow one another for ever.
package struct LEDCycle: Hashable, Sendable {
  package struct Phase: Hashable, Sendable {
    /// 0 is dark, 1 as bright as it can be.
    package let level: Double
    package let milliseconds: Int
  }

  package let phases: [Phase]
  package let total: Int

  init(steady level: Double) {
    phases = [Phase(level: level, milliseconds: 0)]
    total = 0
  }

  init(_ phases: [(level: Double, milliseconds: Int)]) {
    self.phases = phases.map { Phase(level: $0.level, milliseconds: $0.milliseconds) }
    total = phases.reduce(0) { $0 + $1.milliseconds }
  }

  /// The level so long after the beginning, and how long it stays; nil is for ever.
  package func at(_ elapsed: Duration) -> (level: Double, remaining: Duration?) {
    guard total > 0 else { return (phases.first?.level ?? 0, nil) }
    let whole = Duration.milliseconds(total)
    var rest = elapsed - whole * Int(elapsed / whole)
    if rest < .zero { rest += whole }
    for phase in phases {
      let length = Duration.milliseconds(phase.milliseconds)
      if rest < length { return (phase.level, length - rest) }
      rest -= length
    }
    return (phases[0].level, .milliseconds(phases[0].milliseconds))
  }
}
