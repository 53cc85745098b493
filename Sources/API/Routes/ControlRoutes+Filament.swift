import Model
import Service

extension ControlRoutes {
  private static let unit = number(
    "unit", "The AMS: 0 to 3, 16 on the A2L, 128 to 135 for an AMS HT; 254 and 255 are external spools.")
  private static let tray = number("tray", "The slot, from 0.")

  /// A number in the path; what is none is the 404 of its kind (contract, section 1).
  private static func number(_ name: String, _ note: String) -> Parameter<Int> {
    Parameter<Int>(name: name, place: .path, schema: .integer(0...255), note: note) { (text) throws(Fault) in
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
        throw Fault(.notFound, "There is no \(name) \(quoted(text)).")
      }
      return number
    }
  }

  private static func place(_ call: Call) throws -> TrayPlace {
    TrayPlace(unit: try call.path(unit), tray: try call.path(tray))
  }

  /// Loading, unloading, and what the AMS holds, reads and dries.
  var filament: [Operation] {
    [
      order(
        "ams/load", id: "load_filament", "Load filament",
        "By global tray number. Not while a job prints; a paused one is no hindrance.", takes: LoadFilament.self
      ) { .load(tray: $0.tray, nozzleTemperature: $0.nozzleTemperature) },
      order(
        "ams/unload", id: "unload_filament", "Unload the filament",
        "A cold nozzle is heated for it. Not while a job prints; a paused one is no hindrance."
      ) { _ in .unload },
      order(
        "ams/control", id: "control_ams", "Answer the AMS", "For a change of filament that waits for somebody.",
        takes: ControlAMS.self
      ) { .ams($0.action) },
      order(
        "ams/{unit}/trays/{tray}", id: "set_tray", "Say what a slot holds",
        "Not for spools with a tag of the maker's: the printer believes the tag.",
        parameters: [Self.unit.declared, Self.tray.declared], takes: SetTray.self
      ) { call, input in .setTray(try Self.place(call), input.content) },
      order(
        "ams/{unit}/trays/{tray}/read", id: "read_tray", "Read the tag of a spool",
        "Only while no filament is loaded and there is no job.", parameters: [Self.unit.declared, Self.tray.declared]
      ) { call in .readTray(try Self.place(call)) },
      order(
        "ams/{unit}/drying", id: "dry_filament", "Dry filament, or stop that", "AMS 2 Pro and AMS HT only.",
        parameters: [Self.unit.declared], takes: DryFilament.self
      ) { call, input in
        let unit = try call.path(Self.unit)
        guard let figures = input.figures else { return .stopDrying(unit: unit) }
        return .startDrying(unit: unit, temperature: figures.temperature, hours: figures.hours)
      },
    ]
  }
}
