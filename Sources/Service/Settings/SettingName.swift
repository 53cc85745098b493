package import Wire

/// The settings, each described once: what fits, what holds without a word, and what it is for.
package enum SettingName: String, CaseIterable, Sendable {
  case defaultFormat = "api.default_format"
  case connectionsPerAddress = "http.connections_per_address"
  case logLevel = "log.level"
  case gcodeAllowAll = "gcode.allow_all"
  case uploadMaximum = "upload.max_bytes"

  /// One sentence for people.
  package var note: String {
    switch self {
    case .defaultFormat: "How answers look when nobody asks for a format: bare or envelope."
    case .connectionsPerAddress: "Connections at once from one address."
    case .logLevel: "How much is logged."
    case .gcodeAllowAll: "G-code that people send may hold any command, not only those of the list."
    case .uploadMaximum: "Bytes of the largest file that is taken or given."
    }
  }

  package var standard: JSONValue {
    switch self {
    case .defaultFormat: "bare"
    case .connectionsPerAddress: 512
    case .logLevel: "info"
    case .gcodeAllowAll: false
    case .uploadMaximum: 268_435_456
    }
  }

  package var expectation: String {
    switch self {
    case .defaultFormat: "must be bare or envelope"
    case .connectionsPerAddress: "must be a whole number from 1 to 4096"
    case .logLevel: "must be one of \(Self.levels.joined(separator: ", "))"
    case .gcodeAllowAll: "must be true or false"
    case .uploadMaximum: "must be a whole number of bytes from 1048576 to 4294967296"
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
    case .uploadMaximum:
      if case .int(let number) = value { (1_048_576...4_294_967_296).contains(number) } else { false }
    }
  }

  /// A value as a configuration file has it: text.
  func value(fromText text: String) -> JSONValue {
    switch self {
    case .defaultFormat, .logLevel: .string(text)
    case .connectionsPerAddress, .uploadMaximum: Int64(text).map { .int($0) } ?? .string(text)
    case .gcodeAllowAll: ["true": true, "false": false][text].map { .bool($0) } ?? .string(text)
    }
  }
}
