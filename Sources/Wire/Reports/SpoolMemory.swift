/// What is known of the filament in one place: an AMS slot or an external spool (protocol sheet, section 3.5).
struct SpoolMemory: Sendable {
  /// The number of the slot, or 254 and 255 for external spools.
  let id: Int
  var state: Int?
  var type: String?
  var color: String?
  var remaining: Int?
  var filamentID: String?
  var hasRFID = false
  var nozzleMin: Int?
  var nozzleMax: Int?

  init(id: Int) { self.id = id }

  /// Forgets the filament, as when the spool has been taken out.
  mutating func clear() { self = SpoolMemory(id: id) }

  /// - Parameter isFull: a full report describes the whole slot, so what it lacks is gone.
  mutating func merge(_ entry: [String: JSONValue], isFull: Bool) {
    let newState = entry.integer("state", in: 0...255)
    // The slot alone: its content is gone, or is about to be read again. State 11 says that it is still there.
    let isBare = Self.isBare(entry)
    let newType = entry.text("tray_type")
    if isFull || (isBare && newState != 11) || newType?.isEmpty == true { clear() }

    let isOther = differs(newType, from: type) || differs(entry.text("tray_info_idx"), from: filamentID)
    if let newState { state = newState }
    if let newType { type = newType.isEmpty ? nil : newType }
    if let text = entry.text("tray_color") { mergeColor(text) }
    if let text = entry.text("tray_info_idx") { filamentID = text.isEmpty ? nil : text }
    if let percent = entry.integer("remain", in: -1...100) { remaining = percent < 0 ? nil : percent }
    if let degrees = entry.integer("nozzle_temp_min", in: 0...500) { nozzleMin = degrees == 0 ? nil : degrees }
    if let degrees = entry.integer("nozzle_temp_max", in: 0...500) { nozzleMax = degrees == 0 ? nil : degrees }
    mergeTags(entry, isOtherSpool: isOther)
  }

  private static func isBare(_ entry: [String: JSONValue]) -> Bool {
    entry.keys.allSatisfy { $0 == "id" || $0 == "state" }
  }

  /// Whether an entry names a slot and no filament in it.
  static func isEmpty(_ entry: [String: JSONValue]) -> Bool {
    isBare(entry) || entry.text("tray_type")?.isEmpty == true
  }

  private func differs(_ new: String?, from known: String?) -> Bool {
    guard let new, !new.isEmpty, let known else { return false }
    return new != known
  }

  private mutating func mergeColor(_ text: String) {
    if text.isEmpty { color = nil }
    guard text.utf8.count == 6 || text.utf8.count == 8, UInt32(text, radix: 16) != nil, text.first != "+" else {
      return
    }
    let digits = text.uppercased()
    color = digits.utf8.count == 6 ? digits + "FF" : digits
  }

  /// All zeros mean "not read in this message", unless the message is about another spool.
  private mutating func mergeTags(_ entry: [String: JSONValue], isOtherSpool: Bool) {
    let tags = [entry.text("tag_uid"), entry.text("tray_uuid")].compactMap { $0 }
    if isOtherSpool { hasRFID = false }
    if tags.contains(where: { $0.utf8.contains { $0 != UInt8(ascii: "0") } }) { hasRFID = true }
  }

  /// What `state` and the content say, where no bit does: 3 is loaded on old firmware, the lowest bit a spool on new.
  var seemsPresent: Bool {
    if let state, state == 3 || (state >= 8 && state & 1 == 1) { return true }
    return type != nil
  }
}

extension [SpoolMemory] {
  /// The entry of this id, made when it is not there; nil when the list is full. The order is by id.
  mutating func index(of id: Int, limit: Int) -> Int? {
    if let index = firstIndex(where: { $0.id == id }) { return index }
    guard count < limit else { return nil }
    let index = firstIndex { $0.id > id } ?? endIndex
    insert(SpoolMemory(id: id), at: index)
    return index
  }
}
