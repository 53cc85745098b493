package import Wire

/// The settings, each described once: what fits, what holds without a word, and what it is for.
package enum SettingName: String, CaseIterable, Sendable {
  case defaultFormat = "api.default_format"
  case connectionsPerAddress = "http.connections_per_address"
  case logLevel = "log.level"
  case gcodeAllowAll = "gcode.allow_all"

  /// One sentence for people.
  package var note: String {
    switch self {
    case .defaultFormat: "How answers look when nobody asks for a format: bare or envelope."
    case .connectionsPerAddress: "Connections at once from one address."
    case .logLevel: "How much is logged."
    case .gcodeAllowAll: "G-code that people send may hold any command, not only those of the list."
    }
  }

  package var standard: JSONValue {
    switch self {
    case .defaultFormat: "bare"
    case .connectionsPerAddress: 512
    case .logLevel: "info"
    case .gcodeAllowAll: false
    }
  }

  package var expectation: String {
    switch self {
    case .defaultFormat: "must be bare or envelope"
    case .connectionsPerAddress: "must be a whole number from 1 to 4096"
    case .logLevel: "must be one of \(Self.levels.joined(separator: ", "))"
    case .gcodeAllowAll: "must be true or false"
    }
  }

  private static let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

  func accepts(_ value: JSONValue) -> Bool {
    switch self {
    case .defaultFormat: ["bare", "envelope"].contains(value.string)
    case .connectionsPerAddress:
      if case .int(let number) = value { (1...4096).contains(number) } else { false }
    case .logLevel: value.string.map(Self.levels.contains) ?? false
    case .gcodeAllowAll: value.bool != nil
    }
  }

  /// A value as a configuration file has it: text.
  func value(fromText text: String) -> JSONValue {
    switch self {
    case .defaultFormat, .logLevel: .string(text)
    case .connectionsPerAddress: Int64(text).map { .int($0) } ?? .string(text)
    case .gcodeAllowAll: ["true": true, "false": false][text].map { .bool($0) } ?? .string(text)
    }
  }
}
