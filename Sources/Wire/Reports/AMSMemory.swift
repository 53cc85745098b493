import Model

/// The AMS tree of the reports, merged (protocol sheet, section 3.5).
struct AMSMemory: Sendable {
  static let unitLimit = 16
  static let slotLimit = 16
  static let mappingLimit = 64

  struct Unit: Sendable {
    let id: Int
    var temperature: Double?
    var humidity: Int?
    var humidityLevel: Int?
    var dryMinutes: Int?
    /// The low four bits of `info`.
    var typeCode: Int?
    var extruder: Int?
    var trays: [SpoolMemory] = []

    init(id: Int) { self.id = id }
  }

  private(set) var units: [Unit] = []
  private(set) var spools = ExternalSpoolMemory()
  /// `tray_exist_bits`: which slots hold a spool.
  private var presence: UInt64?
  private(set) var trayNow: Int?
  /// Nothing full has come in this session.
  private var isFirst = true
  /// `mapping`: for each filament of the job the unit and slot that it comes from.
  private(set) var mapping: [Int] = []

  mutating func beginSession() { isFirst = true }

  /// Takes `ams`, `mapping`, `vt_tray` and `vir_slot` of a status.
  mutating func merge(status: [String: JSONValue], isFull: Bool) {
    if let tree = status["ams"]?.object { merge(tree: tree, isFull: isFull) }
    if let list = status["mapping"]?.array {
      mapping = list.prefix(Self.mappingLimit).compactMap(\.lenientInteger).filter { (0...0xFFFF).contains($0) }
    }
    spools.merge(status: status, isFull: isFull)
  }

  func isPresent(_ tray: SpoolMemory, in unit: Unit) -> Bool {
    guard let presence, let bit = Self.presenceBit(unit: unit.id, slot: tray.id) else { return tray.seemsPresent }
    return presence >> bit & 1 == 1
  }

  private mutating func merge(tree: [String: JSONValue], isFull: Bool) {
    let bits = tree["tray_exist_bits"]?.lenientBits
    let entries = tree["ams"]?.array ?? []
    let listed = entries.ids(in: 0...255, limit: Self.unitLimit)
    // No bit at all with the power off: the units go to sleep; they and their spools stay where they are. Idle units say
    // that their power is off, too, so that the last spool looks the same when somebody takes it out.
    let isAsleep = bits == 0 && tree["power_on_flag"]?.lenientFlag == false && !isLastSpoolTaken(from: entries)
    // A full report lists every unit; a list of nothing but junk is no list. Whether units sleep or were unplugged while
    // nobody listened cannot be told: what the first report of a session does not list is gone.
    if isFull, tree["ams"]?.array != nil, isFirst || !isAsleep, !listed.isEmpty || entries.isEmpty {
      keepUnits(listed)
    }
    if isFull { isFirst = false }
    for entry in entries.prefix(Self.unitLimit) {
      guard let members = entry.object, let id = members.integer("id", in: 0...255), let index = index(ofUnit: id)
      else { continue }
      units[index].merge(members, isFull: isFull, isAsleep: isAsleep)
    }
    if let number = tree.integer("tray_now", in: 0...255) { trayNow = number }
    guard let bits, !isAsleep else { return }
    presence = bits
    clearAbsentTrays()
    removeAbsentUnits(tree["ams_exist_bits"]?.lenientBits, sparing: listed)
  }

  /// Whether there was one spool in all, and its slot is listed without any.
  private func isLastSpoolTaken(from entries: [JSONValue]) -> Bool {
    guard let presence, presence.nonzeroBitCount == 1 else { return false }
    return entries.prefix(Self.unitLimit).contains { entry in
      guard let unit = entry.object?.integer("id", in: 0...255), let trays = entry["tray"]?.array else { return false }
      return trays.prefix(Self.slotLimit).contains { tray in
        guard let members = tray.object, let slot = members.integer("id", in: 0...Self.slotLimit - 1),
          let bit = Self.presenceBit(unit: unit, slot: slot)
        else { return false }
        return presence == 1 << bit && SpoolMemory.isEmpty(members)
      }
    }
  }

  // Loops instead of `removeAll(where:)`: with it the optimiser of Swift 6.3.1 fails an ownership check of its own.

  private mutating func keepUnits(_ listed: [Int]) {
    for index in units.indices.reversed() where !listed.contains(units[index].id) { units.remove(at: index) }
  }

  private mutating func index(ofUnit id: Int) -> Int? {
    if let index = units.firstIndex(where: { $0.id == id }) { return index }
    guard units.count < Self.unitLimit else { return nil }
    let index = units.firstIndex { $0.id > id } ?? units.endIndex
    units.insert(Unit(id: id), at: index)
    return index
  }

  private mutating func clearAbsentTrays() {
    for unit in units.indices {
      for tray in units[unit].trays.indices where !isPresent(units[unit].trays[tray], in: units[unit]) {
        units[unit].trays[tray].clear()
      }
    }
  }

  /// Units 0 to 3 have a bit each; one whose bit is clear has been unplugged.
  private mutating func removeAbsentUnits(_ bits: UInt64?, sparing listed: [Int]) {
    guard let bits else { return }
    for index in units.indices.reversed() where units[index].id < 4 && !listed.contains(units[index].id) {
      if bits >> UInt64(units[index].id) & 1 == 0 { units.remove(at: index) }
    }
  }

  /// Which bit of `tray_exist_bits` a slot has; nil where the sheet knows none.
  static func presenceBit(unit: Int, slot: Int) -> UInt64? {
    switch (unit, slot) {
    case (0...3, 0...3): UInt64(unit * 4 + slot)
    case (16, 0...3): UInt64(24 + slot)
    case (128...135, 0): UInt64(16 + unit - 128)
    default: nil
    }
  }
}

extension AMSMemory.Unit {
  /// Values out of range are what a unit says before it has measured, and are not taken. Of a unit that goes to sleep
  /// empty slots mean nothing.
  fileprivate mutating func merge(_ entry: [String: JSONValue], isFull: Bool, isAsleep: Bool) {
    if let degrees = entry.double("temp", in: 0...100) { temperature = degrees }
    if let percent = entry.integer("humidity_raw", in: 1...100) { humidity = percent }
    if let level = entry.integer("humidity", in: 0...5) { humidityLevel = level }
    if let minutes = entry.integer("dry_time", in: 0...100_000) {
      dryMinutes = minutes
    } else if dryMinutes == nil, isFull || entry["temp"] != nil || entry["humidity"] != nil {
      // A unit that describes itself without the field cannot dry.
      dryMinutes = 0
    }
    if let info = entry["info"]?.lenientBits {
      typeCode = Int(info & 0xF)
      let feeds = Int(info >> 8 & 0xF)
      extruder = feeds <= 1 ? feeds : nil
    }
    guard let entries = entry["tray"]?.array else { return }
    let listed = entries.ids(in: 0...AMSMemory.slotLimit - 1, limit: AMSMemory.slotLimit)
    if isFull, !isAsleep, !listed.isEmpty || entries.isEmpty { trays.removeAll { !listed.contains($0.id) } }
    for tray in entries.prefix(AMSMemory.slotLimit) {
      guard let members = tray.object, let slot = members.integer("id", in: 0...AMSMemory.slotLimit - 1),
        let index = trays.index(of: slot, limit: AMSMemory.slotLimit)
      else { continue }
      if isAsleep, SpoolMemory.isEmpty(members) { continue }
      trays[index].merge(members, isFull: isFull)
    }
  }
}

/// Spools that feed past the AMS: `vt_tray` of single-nozzle machines, and `vir_slot`, which wins.
struct ExternalSpoolMemory: Sendable {
  static let limit = 2

  private var single: SpoolMemory?
  private var slots: [SpoolMemory] = []

  var all: [SpoolMemory] { slots.isEmpty ? single.map { [$0] } ?? [] : slots }

  fileprivate mutating func merge(status: [String: JSONValue], isFull: Bool) {
    if let entry = status["vt_tray"]?.object {
      let id = entry.integer("id", in: 254...255) ?? single?.id ?? 254
      var spool = single?.id == id ? single ?? SpoolMemory(id: id) : SpoolMemory(id: id)
      spool.merge(entry, isFull: isFull)
      single = spool
    }
    guard let entries = status["vir_slot"]?.array else { return }
    let listed = entries.ids(in: 254...255, limit: Self.limit)
    if isFull, !listed.isEmpty { slots.removeAll { !listed.contains($0.id) } }
    for entry in entries.prefix(Self.limit) {
      guard let members = entry.object, let id = members.integer("id", in: 254...255),
        let index = slots.index(of: id, limit: Self.limit)
      else { continue }
      slots[index].merge(members, isFull: isFull)
    }
  }
}
