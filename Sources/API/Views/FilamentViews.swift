import Model
package import Wire

package struct AMSView: WireObject {
  let unit: AMSUnit

  package static let name = "AMS"
  package static let fields: [ObjectField<AMSView>] = [
    ObjectField("id", "0 to 3, 16 for the AMS Lite of an A2L, 128 and more for an AMS HT.", example: 0) { $0.unit.id },
    ObjectField("kind", "`AMS`, `AMS Lite`, `AMS 2 Pro`, `AMS HT` or `unknown`.", example: "AMS") {
      $0.unit.kind.rawValue
    },
    ObjectField("serial", "Its serial number.", example: "00600A000000001") { $0.unit.serial },
    ObjectField("firmware", "Its firmware.", example: "00.00.06.49") { $0.unit.firmware },
    ObjectField("temperature", "°C; null for an AMS Lite.", example: 24.5) { $0.unit.temperature },
    ObjectField("humidity", "Per cent; null where only the level is known.", example: 31) { $0.unit.humidity },
    ObjectField("humidity_level", "5 is driest, 1 wettest.", example: 4) { $0.unit.humidityLevel },
    ObjectField("dry_minutes", "Minutes of drying left; 0 when it does not dry.", example: 0) { $0.unit.dryMinutes },
    ObjectField("extruder", "The extruder that it feeds: 0 right or only, 1 left.", example: 0) { $0.unit.extruder },
    ObjectField("trays", "Its trays by slot.") { $0.unit.trays.map(TrayView.init) },
  ]
}

package struct TrayView: WireObject {
  let tray: AMSTray

  package static let name = "Tray"
  package static let fields: [ObjectField<TrayView>] = [
    ObjectField("slot", "From 0.", example: 0) { $0.tray.slot },
    ObjectField("present", "A spool is in the slot.") { $0.tray.isPresent },
    ObjectField("type", "The material, such as `PLA`.", example: "PLA") { $0.tray.type },
    ObjectField("color", "RRGGBBAA.", example: "00AE42FF") { $0.tray.color },
    ObjectField("remaining", "Per cent of the spool; null where nobody knows.", example: 80) { $0.tray.remaining },
    ObjectField("filament_id", "The maker's or the person's filament profile.", example: "GFL99") {
      $0.tray.filamentID
    },
    ObjectField("rfid", "A spool of the maker's with a tag.") { $0.tray.hasRFID },
    ObjectField("active", "Loaded just now.") { $0.tray.isActive },
    ObjectField("nozzle_min", "Lowest nozzle temperature in °C.", example: 190) { $0.tray.nozzleMin },
    ObjectField("nozzle_max", "Highest nozzle temperature in °C.", example: 240) { $0.tray.nozzleMax },
  ]
}

package struct ExternalSpoolView: WireObject {
  let spool: ExternalSpool

  package static let name = "ExternalSpool"
  package static let fields: [ObjectField<ExternalSpoolView>] = [
    ObjectField("id", "254 or 255.", example: 254) { $0.spool.id },
    ObjectField("type", "The material.", example: "PETG") { $0.spool.type },
    ObjectField("color", "RRGGBBAA.", example: "FFFFFFFF") { $0.spool.color },
    ObjectField("filament_id", "The filament profile.", example: "GFG99") { $0.spool.filamentID },
  ]
}

package struct ActiveTrayView: WireObject {
  let tray: ActiveTray

  package static let name = "ActiveTray"
  package static let fields: [ObjectField<ActiveTrayView>] = [
    ObjectField("kind", "`ams` or `external`.", example: "ams") { view in
      if case .ams = view.tray { "ams" } else { "external" }
    },
    ObjectField("ams_id", "The AMS; not there for an external spool.", example: 0, isAlwaysThere: false) {
      view -> Int? in
      if case .ams(let unit, _) = view.tray { unit } else { nil }
    },
    ObjectField("slot", "Its slot; not there for an external spool.", example: 2, isAlwaysThere: false) {
      view -> Int? in
      if case .ams(_, let slot) = view.tray { slot } else { nil }
    },
    ObjectField("id", "The external spool, 254 or 255; not there for an AMS.", example: 254, isAlwaysThere: false) {
      view -> Int? in
      if case .external(let id) = view.tray { id } else { nil }
    },
  ]

  /// Only the members of its kind.
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.key("kind")
    switch tray {
    case .ams(let unit, let slot):
      json.write("ams")
      json.key("ams_id")
      json.write(unit)
      json.key("slot")
      json.write(slot)
    case .external(let id):
      json.write("external")
      json.key("id")
      json.write(id)
    }
    json.endObject()
  }
}
