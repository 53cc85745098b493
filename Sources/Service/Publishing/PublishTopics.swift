import Model

/// The names under which things stand at the broker.
///
/// Below the prefix: `status`, `printer/SERIAL/…`, `plug/ID/…` and `board/…`, each with `state`, and with `set/…` for what
/// it takes. Below Home Assistant's discovery prefix: `COMPONENT/NODE/OBJECT/config` (its documentation, page "MQTT",
/// section "MQTT Discovery"), where the node is the prefix, so that two boards at one broker have each their own.
struct PublishTopics: Hashable, Sendable {
  let prefix: String
  let discovery: String

  init(prefix: String, discovery: String) {
    self.prefix = prefix
    self.discovery = discovery
  }

  /// Of letters, digits, `_` and `-`, as a node must be.
  var node: String { String(prefix.map { $0 == "/" ? "_" : $0 }) }

  /// `online` or `offline`: whether anything here is kept up to date.
  var status: String { "\(prefix)/status" }
  /// What became of a command.
  var answer: String { "\(prefix)/answer" }
  var board: String { "\(prefix)/board" }

  func printer(_ serial: SerialNumber) -> String { "\(prefix)/printer/\(serial.text)" }
  func plug(_ id: PlugID) -> String { "\(prefix)/plug/\(id)" }

  func config(_ component: String, _ object: String) -> String {
    "\(discovery)/\(component)/\(node)/\(object)/config"
  }

  /// Where Home Assistant says that it has started. The topic is a setting of its own there, beside the discovery prefix.
  var births: [String] {
    discovery == "homeassistant" ? ["homeassistant/status"] : ["homeassistant/status", "\(discovery)/status"]
  }

  /// What a service of before may have left.
  var leftovers: [String] {
    ["\(discovery)/+/\(node)/+/config", "\(prefix)/printer/+/state", "\(prefix)/plug/+/state"]
  }

  /// What is obeyed where commands are allowed.
  var commands: [String] { ["\(prefix)/printer/+/set/+", "\(prefix)/plug/+/set/+", "\(prefix)/board/set/+"] }

  /// What stands below one of these.
  enum Place: Hashable, Sendable {
    case birth
    /// A discovery message: its object.
    case config(object: String)
    case printerState(serial: String)
    case plugState(id: String)
    case printerCommand(serial: String, word: String)
    case plugCommand(id: String, word: String)
    case boardCommand(word: String)
  }

  func place(of topic: String) -> Place? {
    if births.contains(topic) { return .birth }
    if let rest = Self.parts(of: topic, below: discovery), rest.count == 4, rest[1] == node, rest[3] == "config" {
      return .config(object: rest[2])
    }
    guard let rest = Self.parts(of: topic, below: prefix) else { return nil }
    switch (rest.first, rest.count) {
    case ("printer", 3) where rest[2] == "state": return .printerState(serial: rest[1])
    case ("plug", 3) where rest[2] == "state": return .plugState(id: rest[1])
    case ("printer", 4) where rest[2] == "set": return .printerCommand(serial: rest[1], word: rest[3])
    case ("plug", 4) where rest[2] == "set": return .plugCommand(id: rest[1], word: rest[3])
    case ("board", 3) where rest[1] == "set": return .boardCommand(word: rest[2])
    default: return nil
    }
  }

  private static func parts(of topic: String, below prefix: String) -> [String]? {
    guard topic.utf8.starts(with: "\(prefix)/".utf8) else { return nil }
    let rest = topic.utf8.dropFirst(prefix.utf8.count + 1)
    return rest.split(separator: 0x2F, omittingEmptySubsequences: false).map { String(Substring($0)) }
  }
}
