/// How a smart plug is reached (contract, section 5, "Smart plugs").
package enum PlugKind: String, Hashable, Sendable, CaseIterable {
  /// A relay of the board, named in `relay`.
  case gpio
  case tasmota, shelly
  case homeAssistant = "home_assistant"
  case http, mqtt
}

/// Whether a plug gives power.
package enum PlugState: String, Hashable, Sendable, CaseIterable {
  case on, off, unknown

  package init(isOn: Bool?) { self = isOn.map { $0 ? .on : .off } ?? .unknown }

  package var isOn: Bool? { self == .unknown ? nil : self == .on }
}

/// What a plug needs beside its address, by the names of the API. Texts are lines; `channel` and `generation` are numbers.
package struct PlugOptions: Hashable, Sendable {
  package enum Name: String, Hashable, Sendable, CaseIterable {
    /// Which of several relays: from 1 on Tasmota, from 0 on a Shelly.
    case channel
    /// 1 or 2 of a Shelly.
    case generation
    /// The entities of Home Assistant.
    case entity = "entity_id"
    case powerEntity = "power_entity"
    case energyEntity = "energy_entity"
    /// Paths of a plain HTTP plug below its address.
    case onPath = "on_path"
    case offPath = "off_path"
    case statusPath = "status_path"
    case method
    /// Topics of an MQTT plug.
    case commandTopic = "command_topic"
    case stateTopic = "state_topic"
    case powerTopic = "power_topic"
    case energyTopic = "energy_topic"
    case onPayload = "on_payload"
    case offPayload = "off_payload"
    /// Where in an answer of JSON the value is: names with dots between.
    case stateKey = "state_key"
    case powerKey = "power_key"
    case energyKey = "energy_key"

    package var isNumber: Bool { self == .channel || self == .generation }

    /// The types to which it means something.
    package var kinds: Set<PlugKind> {
      switch self {
      case .channel: [.tasmota, .shelly]
      case .generation: [.shelly]
      case .entity, .powerEntity, .energyEntity: [.homeAssistant]
      case .onPath, .offPath, .statusPath, .method: [.http]
      case .commandTopic, .stateTopic, .powerTopic, .energyTopic, .onPayload, .offPayload: [.mqtt]
      case .stateKey, .powerKey, .energyKey: [.http, .mqtt]
      }
    }
  }

  package private(set) var values: [Name: String]

  package init(_ values: [Name: String] = [:]) { self.values = values }

  package subscript(name: Name) -> String? {
    get { values[name] }
    set { values[name] = newValue }
  }

  package func number(_ name: Name) -> Int? { values[name].flatMap { Int($0) } }

  /// Without those that mean nothing to this type.
  package func kept(for kind: PlugKind) -> PlugOptions {
    PlugOptions(values.filter { $0.key.kinds.contains(kind) })
  }

  /// One line for each, as it is stored. No value has a line break.
  package var stored: String {
    Name.allCases.compactMap { name in values[name].map { "\(name.rawValue)=\($0)" } }.joined(separator: "\n")
  }

  /// What a later version has added is passed over.
  package init(stored text: String) {
    var values: [Name: String] = [:]
    // By bytes: a value may begin with a mark that joins the sign before it.
    for line in text.utf8.split(separator: 0x0A) {
      guard let equals = line.firstIndex(of: 0x3D), let name = Name(rawValue: String(Substring(line[..<equals]))) else {
        continue
      }
      values[name] = String(Substring(line[line.index(after: equals)...]))
    }
    self.values = values
  }
}
