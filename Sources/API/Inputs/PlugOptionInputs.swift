import Model
import Store
import Wire

/// What is said of a plug's options: nil takes one away.
struct PlugOptionChanges: Sendable {
  var values: [PlugOptions.Name: String?] = [:]

  func applied(to old: PlugOptions) -> PlugOptions {
    var new = old
    for (name, value) in values { new[name] = value }
    return new
  }
}

/// The object `options` of a plug.
enum PlugOptionFields {
  static let field = InputField(
    "options", .object(PlugOptions.Name.allCases.map { .init($0.rawValue, .nullable(schema($0))) }),
    """
    What else the type needs. tasmota: channel (from 1); shelly: channel (from 0), generation; home_assistant: entity_id, \
    power_entity, energy_entity; http: on_path, off_path, status_path, method, and where in a JSON answer the values are; \
    mqtt: command_topic, state_topic, power_topic, energy_topic, on_payload, off_payload, and where in a JSON message.
    """, example: ["channel": 1]
  ) { (json) throws(InvalidValue) in
    guard let members = json.object else { throw InvalidValue("options", "must be an object") }
    var changes = PlugOptionChanges()
    for name in PlugOptions.Name.allCases {
      guard let value = members[name.rawValue] else { continue }
      changes.values.updateValue(value == .null ? nil : try text(value, of: name), forKey: name)
    }
    return changes
  }

  /// What a type cannot do without.
  static func needed(by kind: PlugKind) -> [PlugOptions.Name] {
    switch kind {
    case .homeAssistant: [.entity]
    case .mqtt: [.commandTopic]
    case .gpio, .tasmota, .shelly, .http: []
    }
  }

  static func schema(_ name: PlugOptions.Name) -> Schema {
    switch name {
    case .channel: .integer(0...31)
    case .generation: .integer(1...2)
    case .method: .choice(methods)
    case .entity, .powerEntity, .energyEntity:
      .string(length: 3...255, format: nil, pattern: "^[a-z0-9_]+\\.[a-z0-9_]+$")
    case .onPath, .offPath, .statusPath: .string(length: 1...512, format: nil, pattern: "^/[!-~]*$")
    case .commandTopic, .stateTopic, .powerTopic, .energyTopic:
      .string(length: 1...256, format: nil, pattern: #"^[^\x00-\x1f\x7f#+]+$"#)
    case .onPayload, .offPayload: .string(length: 1...256, format: nil, pattern: #"^[^\x00-\x1f\x7f]+$"#)
    case .stateKey, .powerKey, .energyKey:
      .string(length: 1...256, format: nil, pattern: #"^[^\x00-\x20\x7f.]+(\.[^\x00-\x20\x7f.]+)*$"#)
    }
  }

  private static let methods = ["GET", "POST", "PUT"]

  private static func text(_ json: JSONValue, of name: PlugOptions.Name) throws(InvalidValue) -> String {
    let field = "options.\(name.rawValue)"
    if name.isNumber {
      let range: ClosedRange<Int64> = name == .channel ? 0...31 : 1...2
      guard let number = json.wholeNumber, range.contains(number) else {
        throw InvalidValue(field, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return String(number)
    }
    guard let text = json.string else { throw InvalidValue(field, "must be a string") }
    guard (1...512).contains(text.unicodeScalars.count), fits(text, name) else {
      throw InvalidValue(field, expectation(name))
    }
    return text
  }

  private static func fits(_ text: String, _ name: PlugOptions.Name) -> Bool {
    let scalars = text.unicodeScalars
    let isLine = scalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    switch name {
    case .channel, .generation: return true
    case .method: return methods.contains(text)
    case .entity, .powerEntity, .energyEntity:
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      return scalars.count <= 255 && parts.count == 2
        && parts.allSatisfy { part in
          !part.isEmpty
            && part.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
        }
    case .onPath, .offPath, .statusPath:
      return text.hasPrefix("/") && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    case .commandTopic, .stateTopic, .powerTopic, .energyTopic:
      return isLine && scalars.count <= 256 && !scalars.contains("#") && !scalars.contains("+")
    case .onPayload, .offPayload: return isLine && scalars.count <= 256
    case .stateKey, .powerKey, .energyKey:
      return scalars.count <= 256 && scalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }
  }

  private static func expectation(_ name: PlugOptions.Name) -> String {
    switch name {
    case .channel, .generation: "must be a number"
    case .method: "must be one of \(methods.joined(separator: ", "))"
    case .entity, .powerEntity, .energyEntity: "must be an entity such as switch.printer"
    case .onPath, .offPath, .statusPath: "must be a path that begins with / and has no spaces, at most 512 characters"
    case .commandTopic, .stateTopic, .powerTopic, .energyTopic:
      "must be an MQTT topic of at most 256 characters, without + and #"
    case .onPayload, .offPayload: "must be a line of at most 256 characters"
    case .stateKey, .powerKey, .energyKey: "must be names with dots between, at most 256 characters"
    }
  }
}

extension SmartPlug {
  /// What its type needs is there; what means nothing to it is gone.
  func shaped() throws(InvalidValue) -> SmartPlug {
    var plug = self
    plug.options = options.kept(for: kind)
    for name in PlugOptionFields.needed(by: kind) where plug.options[name] == nil {
      throw InvalidValue("options.\(name.rawValue)", "is missing: a plug of type \(kind.rawValue) needs it")
    }
    if kind == .gpio {
      plug.address = nil
      plug.username = nil
      plug.password = nil
      plug.token = nil
      guard relay != nil else { throw InvalidValue("relay", "is missing: it names a relay of the board") }
    } else {
      plug.relay = nil
      guard address != nil else { throw InvalidValue("address", "is missing: a plug in the network has one") }
    }
    return plug
  }
}
