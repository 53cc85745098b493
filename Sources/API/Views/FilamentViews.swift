import Model
package import Wire

package struct AMSView: WireObject {
  let unit: AMSUnit

  package static let name = "AMS"
  package static let fields: [ObjectField<AMSView>] = [
    ObjectField("id", "0 to 3, 16 for the AMS Lite of an A2L, 128 and more for an AMS HT.") { $0.unit.id },
    ObjectField("kind", "`AMS`, `AMS Lite`, `AMS 2 Pro`, `AMS HT` or `unknown`.") { $0.unit.kind.rawValue },
    ObjectField("serial", "Its serial number.") { $0.unit.serial },
    ObjectField("firmware", "Its firmware.") { $0.unit.firmware },
    ObjectField("temperature", "°C; null for an AMS Lite.") { $0.unit.temperature },
    ObjectField("humidity", "Per cent; null where only the level is known.") { $0.unit.humidity },
    ObjectField("humidity_level", "5 is driest, 1 wettest.") { $0.unit.humidityLevel },
    ObjectField("dry_minutes", "Minutes of drying left; 0 when it does not dry.") { $0.unit.dryMinutes },
    ObjectField("extruder", "The extruder that it feeds: 0 right or only, 1 left.") { $0.unit.extruder },
    ObjectField("trays", "Its trays by slot.") { $0.unit.trays.map(TrayView.init) },
  ]
}

package struct TrayView: WireObject {
  let tray: AMSTray

  package static let name = "Tray"
  package static let fields: [ObjectField<TrayView>] = [
    ObjectField("slot", "From 0.") { $0.tray.slot },
    ObjectField("present", "A spool is in the slot.") { $0.tray.isPresent },
    ObjectField("type", "The material, such as `PLA`.") { $0.tray.type },
    ObjectField("color", "RRGGBBAA.") { $0.tray.color },
    ObjectField("remaining", "Per cent of the spool; null where nobody knows.") { $0.tray.remaining },
    ObjectField("filament_id", "The maker's or the person's filament profile.") { $0.tray.filamentID },
    ObjectField("rfid", "A spool of the maker's with a tag.") { $0.tray.hasRFID },
    ObjectField("active", "Loaded just now.") { $0.tray.isActive },
    ObjectField("nozzle_min", "Lowest nozzle temperature in °C.") { $0.tray.nozzleMin },
    ObjectField("nozzle_max", "Highest nozzle temperature in °C.") { $0.tray.nozzleMax },
  ]
}

package struct ExternalSpoolView: WireObject {
  let spool: ExternalSpool

  package static let name = "ExternalSpool"
  package static let fields: [ObjectField<ExternalSpoolView>] = [
    ObjectField("id", "254 or 255.") { $0.spool.id },
    ObjectField("type", "The material.") { $0.spool.type },
    ObjectField("color", "RRGGBBAA.") { $0.spool.color },
    ObjectField("filament_id", "The filament profile.") { $0.spool.filamentID },
  ]
}

package struct ActiveTrayView: WireObject {
  let tray: ActiveTray

  package static let name = "ActiveTray"
  package static let fields: [ObjectField<ActiveTrayView>] = [
    ObjectField("kind", "`ams` or `external`.") { view in
      if case .ams = view.tray { "ams" } else { "external" }
    },
    ObjectField("ams_id", "The AMS; not there for an external spool.") { view -> Int? in
      if case .ams(let unit, _) = view.tray { unit } else { nil }
    },
    ObjectField("slot", "Its slot; not there for an external spool.") { view -> Int? in
      if case .ams(_, let slot) = view.tray { slot } else { nil }
    },
    ObjectField("id", "The external spool, 254 or 255; not there for an AMS.") { view -> Int? in
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
