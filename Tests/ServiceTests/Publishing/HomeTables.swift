import Wire

/// The field tables of Home Assistant's documentation, written down by hand from its pages
/// (github.com/home-assistant/home-assistant.io, `source/_integrations/…`, section "Configuration variables" of each).
enum HomeTables {
  enum Kind: Hashable {
    case text, flag, number, map, list
    case oneOf(Set<String>)

    func fits(_ value: JSONValue) -> Bool {
      switch self {
      case .text: value.string.map { !$0.isEmpty } ?? false
      case .flag: value.bool != nil
      case .number: if case .int = value { true } else { false }
      case .map: value.object != nil
      case .list: value.array.map { !$0.isEmpty } ?? false
      case .oneOf(let words): value.string.map(words.contains) ?? false
      }
    }
  }

  struct Table {
    /// The page below https://www.home-assistant.io/integrations/.
    var page: String
    var required: Set<String>
    var fields: [String: Kind]
  }

  /// In every component's table, and in "MQTT", section "Discovery payload" (`origin`: `name` is required).
  private static let common: [String: Kind] = [
    "availability": .list, "availability_mode": .oneOf(["all", "any", "latest"]), "device": .map, "origin": .map,
    "name": .text, "unique_id": .text, "entity_category": .oneOf(["config", "diagnostic"]), "icon": .text,
    "enabled_by_default": .flag, "qos": .number, "json_attributes_topic": .text, "json_attributes_template": .text,
  ]

  static let tables: [String: Table] = [
    "sensor": Table(
      page: "sensor.mqtt/#configuration-variables", required: ["state_topic"],
      fields: [
        "state_topic": .text, "value_template": .text, "unit_of_measurement": .text, "options": .list,
        "device_class": .oneOf(Set(sensorClasses.keys)),
        "state_class": .oneOf(["measurement", "total", "total_increasing"]),
        "suggested_display_precision": .number, "expire_after": .number, "force_update": .flag,
      ]),
    "binary_sensor": Table(
      page: "binary_sensor.mqtt/#configuration-variables", required: ["state_topic"],
      fields: [
        "state_topic": .text, "value_template": .text, "payload_on": .text, "payload_off": .text,
        // Page "Binary sensor", section "Device class".
        "device_class": .oneOf(["connectivity", "problem", "update", "door", "light", "power"]),
        "expire_after": .number, "off_delay": .number, "force_update": .flag,
      ]),
    "button": Table(
      page: "button.mqtt/#configuration-variables", required: ["command_topic"],
      fields: [
        "command_topic": .text, "payload_press": .text, "retain": .flag,
        // Page "Button", section "Device class".
        "device_class": .oneOf(["identify", "restart", "update"]),
      ]),
    "switch": Table(
      page: "switch.mqtt/#configuration-variables", required: ["command_topic"],
      fields: [
        "command_topic": .text, "state_topic": .text, "value_template": .text, "payload_on": .text,
        "payload_off": .text, "state_on": .text, "state_off": .text, "optimistic": .flag, "retain": .flag,
        // Page "Switch", section "Device class".
        "device_class": .oneOf(["outlet", "switch"]),
      ]),
    "light": Table(
      page: "light.mqtt/#default-schema---configuration", required: ["command_topic"],
      fields: [
        "command_topic": .text, "state_topic": .text, "state_value_template": .text, "payload_on": .text,
        "payload_off": .text, "optimistic": .flag, "retain": .flag,
      ]),
    "camera": Table(
      page: "camera.mqtt/#configuration-variables", required: ["topic"],
      fields: ["topic": .text, "encoding": .text, "image_encoding": .text]),
  ].mapValues { table in
    var table = table
    table.fields.merge(common) { own, _ in own }
    return table
  }

  /// Page "Sensor", section "Device class": which units each class takes.
  static let sensorClasses: [String: Set<String>] = [
    "temperature": ["°C", "°F", "K"], "humidity": ["%"], "duration": ["d", "h", "min", "s", "ms", "µs"],
    "signal_strength": ["dB", "dBm"], "power": ["mW", "W", "kW", "MW", "GW", "TW"],
    "energy": ["J", "kJ", "MJ", "GJ", "mWh", "Wh", "kWh", "MWh", "GWh", "TWh", "cal", "kcal", "Mcal", "Gcal"],
    "enum": [],
  ]

  /// The keys of `device` in every component's table.
  static let device: [String: Kind] = [
    "identifiers": .list, "connections": .list, "name": .text, "manufacturer": .text, "model": .text,
    "model_id": .text, "hw_version": .text, "sw_version": .text, "serial_number": .text, "suggested_area": .text,
    "via_device": .text, "configuration_url": .text,
  ]

  /// The keys of a row of `availability` in every component's table; `topic` is required.
  static let availability: [String: Kind] = [
    "topic": .text, "payload_available": .text, "payload_not_available": .text, "value_template": .text,
  ]
}
