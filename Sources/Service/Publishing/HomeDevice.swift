import Wire

/// A device of Home Assistant with its entities, and the discovery messages that make it appear there by itself.
///
/// The fields are those of Home Assistant's documentation, page "MQTT" (sections "MQTT Discovery" and "Discovery messages
/// and availability") and the page of each component; the tests hold every message against their tables.
struct HomeDevice: Hashable, Sendable {
  enum Component: String, Sendable, CaseIterable {
    case sensor
    case binarySensor = "binary_sensor"
    case button, `switch`, light, camera
  }

  struct Entity: Hashable, Sendable {
    var component: Component
    /// Letters, digits and `_`; with the device's, its identity for ever.
    var key: String
    var name: String
    var fields: [String: JSONValue]
    /// It can be told also while the device itself is away.
    var isAlwaysKnown: Bool

    init(
      _ component: Component, _ key: String, _ name: String, isAlwaysKnown: Bool = false,
      _ fields: [String: JSONValue] = [:]
    ) {
      self.component = component
      self.key = key
      self.name = name
      self.isAlwaysKnown = isAlwaysKnown
      self.fields = fields
    }
  }

  /// Letters, digits, `_` and `-`.
  var id: String
  /// The members of `device`, without its identifier.
  var about: [String: JSONValue]
  /// The topic below which all of it stands.
  var base: String
  /// It says itself whether it is there, at `availability` below its base.
  var hasAvailability: Bool
  var entities: [Entity]

  /// The discovery messages by their topics.
  func messages(_ topics: PublishTopics, version: String) -> [String: [UInt8]] {
    var made: [String: [UInt8]] = [:]
    for entity in entities {
      let object = "\(id)_\(entity.key)"
      made[topics.config(entity.component.rawValue, object)] = jsonBytes(payload(entity, object, topics, version))
    }
    return made
  }

  private func payload(
    _ entity: Entity, _ object: String, _ topics: PublishTopics, _ version: String
  ) -> [String: JSONValue] {
    var members = entity.fields
    members["name"] = .string(entity.name)
    members["unique_id"] = .string("\(topics.node)_\(object)")
    members["device"] = .object(
      about.merging(["identifiers": .array([.string("\(topics.node)_\(id)")])]) { old, _ in old })
    members["origin"] = ["name": "Layerberry", "sw_version": .string(version)]
    var places: [JSONValue] = [["topic": .string(topics.status)]]
    if hasAvailability, !entity.isAlwaysKnown { places.append(["topic": .string("\(base)/availability")]) }
    members["availability"] = .array(places)
    members["availability_mode"] = "all"
    switch entity.component {
    case .sensor, .binarySensor, .switch, .light: members["state_topic"] = .string("\(base)/state")
    case .button, .camera: break
    }
    return members
  }
}

extension HomeDevice.Entity {
  /// A member of the state, as it stands there.
  static func sensor(
    _ key: String, _ name: String, isAlwaysKnown: Bool = false, _ fields: [String: JSONValue] = [:]
  ) -> Self {
    var fields = fields
    fields["value_template"] = .string("{{ value_json.\(key) }}")
    return Self(.sensor, key, name, isAlwaysKnown: isAlwaysKnown, fields)
  }

  static func temperature(_ key: String, _ name: String, isTarget: Bool = false) -> Self {
    var fields: [String: JSONValue] = ["device_class": "temperature", "unit_of_measurement": "°C"]
    if !isTarget {
      fields["state_class"] = "measurement"
      fields["suggested_display_precision"] = 0
    }
    return .sensor(key, name, fields)
  }

  static func percent(_ key: String, _ name: String, _ fields: [String: JSONValue] = [:]) -> Self {
    .sensor(key, name, fields.merging(["unit_of_measurement": "%", "state_class": "measurement"]) { $1 })
  }

  /// A member of the state that is true, false or null, which Home Assistant's templates write so.
  static func binary(
    _ key: String, _ name: String, isAlwaysKnown: Bool = false, _ fields: [String: JSONValue] = [:]
  ) -> Self {
    var fields = fields
    fields["value_template"] = .string("{{ value_json.\(key) }}")
    fields["payload_on"] = "True"
    fields["payload_off"] = "False"
    return Self(.binarySensor, key, name, isAlwaysKnown: isAlwaysKnown, fields)
  }

  static func button(
    _ key: String, _ name: String, base: String, _ fields: [String: JSONValue] = [:], isAlwaysKnown: Bool = false
  ) -> Self {
    var fields = fields
    fields["command_topic"] = .string("\(base)/set/\(key)")
    return Self(.button, key, name, isAlwaysKnown: isAlwaysKnown, fields)
  }
}

extension [String: JSONValue] {
  /// For values that few people look at.
  static var diagnostic: [String: JSONValue] { ["entity_category": "diagnostic"] }
}
