import Model

/// Heaters, nozzles, fans, air and lights, merged (protocol sheet, sections 3.3 and 3.6).
///
/// Where a value comes in two places, the newer message wins, and within one message the place that the sheet prefers.
struct MachineMemory: Sendable {
  struct Extruder: Sendable {
    let id: Int
    var heater = Heater()
    /// Nil: the firmware does not say.
    var loaded: LoadedTray?
    /// The hotend that it holds (`hnow`).
    var hotend: Int?

    init(id: Int) { self.id = id }
  }

  struct Hotend: Sendable {
    let id: Int
    var diameter: Double?
    var type: String?

    init(id: Int) { self.id = id }
  }

  static let extruderLimit = 4
  /// Two in the extruders and six in the rack of an H2C (ids 16 to 21), with room.
  static let hotendLimit = 24
  static let lightLimit = 8

  /// The flat fields: a single nozzle's own, on dual-nozzle machines a mirror of one of them.
  private(set) var flatNozzle = Heater()
  private(set) var flatDiameter: Double?
  private(set) var flatType: String?
  private(set) var extruders: [Extruder] = []
  private(set) var extruderCount: Int?
  private(set) var activeExtruder: Int?
  private(set) var hotends: [Hotend] = []
  private(set) var bed = Heater()
  private(set) var chamber = Heater()
  /// A chamber controller has reported, so that its value is a measurement.
  private(set) var hasChamberController = false
  private(set) var fans = Fans()
  private(set) var airduct: Airduct?
  private(set) var lights: [Light] = []

  mutating func merge(status: [String: JSONValue], isFull: Bool) {
    let device = status["device"]?.object ?? [:]
    mergeNozzles(status, device, isFull: isFull)
    mergeBed(status, device)
    mergeChamber(status, device)
    if let percent = FanSpeed.percent(status["cooling_fan_speed"]) { fans.part = percent }
    if let percent = FanSpeed.percent(status["big_fan1_speed"]) { fans.aux = percent }
    if let percent = FanSpeed.percent(status["big_fan2_speed"]) { fans.chamber = percent }
    if let percent = FanSpeed.percent(status["heatbreak_fan_speed"]) { fans.heatbreak = percent }
    if let duct = device["airduct"]?.object { mergeAirduct(duct) }
    if let list = status["lights_report"]?.array { mergeLights(list, isFull: isFull) }
  }

  private mutating func mergeNozzles(
    _ status: [String: JSONValue], _ device: [String: JSONValue], isFull: Bool
  ) {
    flatNozzle.update(status, temperature: "nozzle_temper", target: "nozzle_target_temper")
    if let diameter = status.double("nozzle_diameter", in: 0.05...5) { flatDiameter = diameter }
    if let type = status.text("nozzle_type") { flatType = type.isEmpty ? nil : type }
    if let tree = device["extruder"]?.object { mergeExtruders(tree, isFull: isFull) }
    if let tree = device["nozzle"]?.object { mergeHotends(tree, isFull: isFull) }
  }

  private mutating func mergeExtruders(_ tree: [String: JSONValue], isFull: Bool) {
    if let state = tree["state"]?.lenientWord {
      extruderCount = Int(state & 0xF)
      let current = Int(state >> 4 & 0xF)
      if current < Self.extruderLimit { activeExtruder = current }
    }
    guard let entries = tree["info"]?.array else { return }
    let listed = entries.ids(in: 0...Self.extruderLimit - 1, limit: Self.extruderLimit)
    if isFull, !listed.isEmpty { extruders.removeAll { !listed.contains($0.id) } }
    for entry in entries.prefix(Self.extruderLimit) {
      guard let members = entry.object, let id = members.integer("id", in: 0...Self.extruderLimit - 1) else { continue }
      let index = extruders.firstIndex { $0.id == id } ?? extruders.endIndex
      if index == extruders.endIndex { extruders.append(Extruder(id: id)) }
      if let packed = PackedTemperature(members["temp"]) { extruders[index].heater.update(packed) }
      if let loaded = LoadedTray(members["snow"]) { extruders[index].loaded = loaded }
      if let hotend = members.integer("hnow", in: 0...255) { extruders[index].hotend = hotend }
    }
  }

  private mutating func mergeHotends(_ tree: [String: JSONValue], isFull: Bool) {
    guard let entries = tree["info"]?.array else {
      // X1 firmware 01.08 keys its one nozzle "0", and `info` is a number there.
      for id in 0...1 {
        if let members = tree[String(id)]?.object { mergeHotend(id, members) }
      }
      return
    }
    let listed = entries.ids(in: 0...255, limit: Self.hotendLimit)
    if isFull, !listed.isEmpty { hotends.removeAll { !listed.contains($0.id) } }
    for entry in entries.prefix(Self.hotendLimit) {
      guard let members = entry.object, let id = members.integer("id", in: 0...255) else { continue }
      mergeHotend(id, members)
    }
  }

  private mutating func mergeHotend(_ id: Int, _ members: [String: JSONValue]) {
    let index = hotends.firstIndex { $0.id == id } ?? hotends.endIndex
    if index == hotends.endIndex {
      guard hotends.count < Self.hotendLimit else { return }
      hotends.append(Hotend(id: id))
    }
    if let diameter = members.double("diameter", in: 0.05...5) { hotends[index].diameter = diameter.inMicrometres }
    if let type = members.text("type") { hotends[index].type = type.isEmpty ? nil : type }
  }

  private mutating func mergeBed(_ status: [String: JSONValue], _ device: [String: JSONValue]) {
    let packed = PackedTemperature(device["bed"]?["info"]?["temp"]) ?? PackedTemperature(device["bed_temp"])
    bed.update(status, temperature: "bed_temper", target: "bed_target_temper", over: packed)
  }

  private mutating func mergeChamber(_ status: [String: JSONValue], _ device: [String: JSONValue]) {
    let controller = device["ctc"]?["info"]
    if let packed = PackedTemperature(controller?["temp"]) ?? PackedTemperature(device["cham_temp"]) {
      chamber.update(packed)
      hasChamberController = true
    } else if let flat = status["chamber_temper"]?.lenientDouble {
      if flat > PackedTemperature.range.upperBound {
        if let packed = PackedTemperature(status["chamber_temper"]) { chamber.update(packed) }
      } else if PackedTemperature.range.contains(flat) {
        chamber.temperature = flat
      }
    }
    if let target = status.double("mc_target_cham", in: 0...150) { chamber.target = target }
    if let target = controller?["target"]?.lenientDouble, (0...150).contains(target) { chamber.target = target }
  }

  private mutating func mergeAirduct(_ tree: [String: JSONValue]) {
    var merged = airduct ?? Airduct()
    if let mode = tree.integer("modeCur", in: 0...255) { merged.mode = mode }
    if let entries = tree["parts"]?.array {
      merged.parts = entries.prefix(16).compactMap { entry in
        guard let members = entry.object, let id = members.integer("id", in: 0...0xFFFF),
          let state = members["state"]?.lenientWord
        else { return nil }
        let percent = Int(state & 0xFF)
        return percent <= 100 ? Airduct.Part(id: id < 16 ? id : id >> 4, percent: percent) : nil
      }
    }
    airduct = merged
  }

  private mutating func mergeLights(_ list: [JSONValue], isFull: Bool) {
    if isFull { lights = [] }
    for entry in list.prefix(Self.lightLimit) {
      guard let members = entry.object, let node = members.text("node", limit: 32), !node.isEmpty,
        let mode = members.text("mode", limit: 16), !mode.isEmpty
      else { continue }
      if let index = lights.firstIndex(where: { $0.node == node }) {
        lights[index].mode = mode
      } else if lights.count < Self.lightLimit {
        lights.append(Light(node: node, mode: mode))
      }
    }
  }
}

extension Heater {
  fileprivate mutating func update(_ packed: PackedTemperature) {
    temperature = packed.heater.temperature ?? temperature
    target = packed.heater.target ?? target
  }

  /// The flat temperature wins over the packed one, being finer; the packed target wins, being the setting itself. A
  /// negative target is none.
  fileprivate mutating func update(
    _ status: [String: JSONValue], temperature now: String, target wanted: String, over packed: PackedTemperature? = nil
  ) {
    let range = PackedTemperature.range
    if let value = status.double(now, in: range) ?? packed?.heater.temperature { temperature = value }
    if let value = packed?.heater.target ?? status.double(wanted, in: range) { target = max(0, value) }
  }
}

extension Double {
  /// 0.4000000059604645, a 32-bit 0.4 that was printed as 64 bits, is 0.4.
  fileprivate var inMicrometres: Double { (self * 1000).rounded() / 1000 }
}
