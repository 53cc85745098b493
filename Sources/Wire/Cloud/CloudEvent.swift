/// Something that the cloud tells of its own accord, under S2's names ("Webhooks") or ours.
package struct CloudEvent: Hashable, Sendable {
  /// What it is called here (contract, section 5, "Cloud").
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case printStarted = "print_started"
    case printComplete = "print_complete"
    case printFailed = "print_failed"
    case printerOnline = "printer_online"
    case printerOffline = "printer_offline"
    case notification

    /// What S2 calls it.
    package var cloudName: String {
      switch self {
      case .printStarted: "print.started"
      case .printComplete: "print.completed"
      case .printFailed: "print.failed"
      case .printerOnline: "device.online"
      case .printerOffline: "device.offline"
      case .notification: "notification.created"
      }
    }

    package init?(cloudName: String) {
      // The broker's own words for a printer that comes and goes.
      let others = ["client.connected": Self.printerOnline, "client.disconnected": .printerOffline]
      guard let kind = Self.allCases.first(where: { $0.cloudName == cloudName }) ?? others[cloudName] else {
        return nil
      }
      self = kind
    }
  }

  package var kind: Kind
  /// The cloud's number of it.
  package var id: String?
  package var deviceID: String?
  package var title: String?
  package var message: String?

  /// nil for what has none of the six names.
  package init?(_ json: JSONValue) {
    let event = json["event"]
    let words = [event?.string, event?["event"]?.string, json["type"]?.string, json["name"]?.string]
    guard let kind = words.lazy.compactMap({ $0.flatMap(Kind.init(cloudName:)) }).first else { return nil }
    self.kind = kind
    let data = json["data"]?.object == nil ? json : json["data"] ?? json
    id = json["id"]?.cloudID
    deviceID = (data["dev_id"] ?? data["deviceId"] ?? data["device_id"])?.cloudID
    title = (data["title"] ?? data["task_name"])?.cloudText(200)
    message = (data["message"] ?? data["content"])?.cloudText(1000)
  }

  /// Bytes of a message of the broker that may be an event; reports may be longer.
  private static let heardLimit = 4096
  /// One of these is in every event.
  private static let names = [Array("\"event\"".utf8), Array("\"type\"".utf8)]

  /// A message on a printer's report topic that is no report; nil for all others, nearly always without parsing them.
  package init?(heard payload: [UInt8], of serial: String) {
    guard payload.count <= Self.heardLimit, Self.mayBeEvent(payload),
      let json = try? JSONParser.parse(payload, limits: .init(bytes: Self.heardLimit)), json["print"] == nil
    else { return nil }
    self.init(json)
    deviceID = deviceID ?? serial
  }

  private static func mayBeEvent(_ payload: [UInt8]) -> Bool {
    payload.indices.contains { index in
      payload[index] == UInt8(ascii: "\"") && names.contains { payload[index...].starts(with: $0) }
    }
  }
}
