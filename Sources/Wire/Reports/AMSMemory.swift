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
  /// `mapping`: for each filament of the job the unit and slot that it comes from.
  private(set) var mapping: [Int] = []

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
    // No bit at all with the power off: the units go to sleep, and their spools stay where they are.
    let isPoweringDown = bits == 0 && tree["power_on_flag"]?.lenientFlag == false
    let entries = tree["ams"]?.array ?? []
    let listed = entries.ids(in: 0...255, limit: Self.unitLimit)
    // A full report lists every unit; a list of nothing but junk is no list.
    if isFull, tree["ams"]?.array != nil, !listed.isEmpty || entries.isEmpty { keepUnits(listed) }
    let emptied = merge(units: entries, isFull: isFull)
    if let number = tree.integer("tray_now", in: 0...255) { trayNow = number }
    if let bits, !isPoweringDown {
      presence = bits
      clearAbsentTrays()
      removeAbsentUnits(tree["ams_exist_bits"]?.lenientBits, sparing: listed)
    } else if isPoweringDown, let known = presence {
      presence = known & ~emptied
    }
  }

  /// Returns the presence bits of slots that the message lists without content.
  private mutating func merge(units entries: [JSONValue], isFull: Bool) -> UInt64 {
    var emptied: UInt64 = 0
    for entry in entries.prefix(Self.unitLimit) {
      guard let members = entry.object, let id = members.integer("id", in: 0...255), let index = index(ofUnit: id)
      else { continue }
      let slots = units[index].merge(members, isFull: isFull)
      for tray in units[index].trays where slots.contains(tray.id) && !tray.seemsPresent {
        if let bit = Self.presenceBit(unit: id, slot: tray.id) { emptied |= 1 << bit }
      }
    }
    return emptied
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
  /// Values out of range are what a unit says before it has measured, and are not taken. Returns the slots listed.
  fileprivate mutating func merge(_ entry: [String: JSONValue], isFull: Bool) -> [Int] {
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
    guard let entries = entry["tray"]?.array else { return [] }
    let listed = entries.ids(in: 0...AMSMemory.slotLimit - 1, limit: AMSMemory.slotLimit)
    if isFull, !listed.isEmpty || entries.isEmpty { trays.removeAll { !listed.contains($0.id) } }
    for tray in entries.prefix(AMSMemory.slotLimit) {
      guard let members = tray.object, let slot = members.integer("id", in: 0...AMSMemory.slotLimit - 1),
        let index = trays.index(of: slot, limit: AMSMemory.slotLimit)
      else { continue }
      trays[index].merge(members, isFull: isFull)
    }
    return listed
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
