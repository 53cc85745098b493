import Model
import Rules
import Wire

/// The body of `POST /board/buttons/{name}`.
struct PressButton: WireInput {
  private static let gesture = InputField<ButtonGesture>.choice(
    "gesture", "How the button is pressed.", example: .double)

  let gesture: ButtonGesture

  static let name = "PressButton"
  static let fields: [DeclaredInput] = [.required(gesture)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let gesture = reader.required(Self.gesture) else { throw reader.fault }
    self.gesture = gesture
  }
}

/// The body of `PUT /board/leds/{name}`.
struct SetLight: WireInput {
  private static let pattern = InputField<LEDPattern>(
    "pattern", .string(length: nil, format: nil, pattern: LEDPattern.expression),
    "off, on, heartbeat, breathe, count N (1 to 9) or blink ON OFF (milliseconds, 20 to 10000); null gives the light "
      + "back to the table.", example: "blink 500 500"
  ) { (json) throws(InvalidValue) in
    guard let pattern = json.string.flatMap({ LEDPattern($0) }) else {
      throw InvalidValue("pattern", LEDPattern.expectation)
    }
    return pattern
  }

  /// nil gives the light back.
  let pattern: LEDPattern?

  static let name = "SetLight"
  static let fields: [DeclaredInput] = [.clearable(pattern)]
  static let rule: [String: JSONValue] = ["required": ["pattern"]]

  init(_ reader: inout InputReader) throws(Fault) {
    switch reader.change(Self.pattern) {
    case .keep:
      if !reader.hasProblem { reader.refuse(Self.pattern.invalid("is missing")) }
      pattern = nil
    case .clear: pattern = nil
    case .set(let value): pattern = value
    }
    try reader.finish()
  }
}

/// The body of `POST /board/reboot` and `/board/shutdown`.
struct CutPower: WireInput {
  private static let force = InputField<Bool>.flag(
    "force", "Also while a relay of the board feeds a printer that must not lose its power; it is logged.",
    example: false)

  let isForced: Bool

  static let name = "CutPower"
  static let fields: [DeclaredInput] = [.optional(force)]

  init(_ reader: inout InputReader) throws(Fault) {
    isForced = reader.optional(Self.force) ?? false
    try reader.finish()
  }
}
