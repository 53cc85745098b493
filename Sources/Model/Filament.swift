/// An AMS of any kind (protocol sheet, sections 1.2 and 3.5).
package struct AMSUnit: Hashable, Sendable {
  package enum Kind: String, Sendable {
    case ams = "AMS"
    case lite = "AMS Lite"
    case pro2 = "AMS 2 Pro"
    case ht = "AMS HT"
    case unknown
  }

  package var id: Int
  package var kind: Kind
  package var serial: String?
  package var firmware: String?
  package var temperature: Double?
  /// Per cent.
  package var humidity: Int?
  /// 5 is driest, 1 wettest.
  package var humidityLevel: Int?
  package var dryMinutes: Int?
  /// The extruder that it feeds: 0 right or only, 1 left.
  package var extruder: Int?
  package var trays: [AMSTray]

  package init(id: Int, kind: Kind = .unknown, trays: [AMSTray] = []) {
    self.id = id
    self.kind = kind
    self.trays = trays
  }
}

package struct AMSTray: Hashable, Sendable {
  package var slot: Int
  package var isPresent: Bool
  package var type: String?
  /// RRGGBBAA.
  package var color: String?
  /// Per cent of the spool; nil where nobody knows.
  package var remaining: Int?
  package var filamentID: String?
  package var hasRFID: Bool
  package var isActive: Bool
  package var nozzleMin: Int?
  package var nozzleMax: Int?

  package init(slot: Int, isPresent: Bool = false, hasRFID: Bool = false, isActive: Bool = false) {
    self.slot = slot
    self.isPresent = isPresent
    self.hasRFID = hasRFID
    self.isActive = isActive
  }
}

package struct ExternalSpool: Hashable, Sendable {
  /// 254 or 255.
  package var id: Int
  package var type: String?
  package var color: String?
  package var filamentID: String?

  package init(id: Int, type: String? = nil, color: String? = nil, filamentID: String? = nil) {
    self.id = id
    self.type = type
    self.color = color
    self.filamentID = filamentID
  }
}

/// The filament that is loaded.
package enum ActiveTray: Hashable, Sendable {
  case ams(unit: Int, slot: Int)
  case external(id: Int)
}
