import Model

/// Card, door, camera, network, firmware and faults, merged (protocol sheet, sections 3.3, 3.7 and 3.9).
struct SystemMemory: Sendable {
  private(set) var card: SDCardState?
  /// `home_flag` bit 23: the door of an X1.
  private(set) var doorOfX1: Bool?
  /// `stat` bit 23: the door of every other model that has a sensor.
  private(set) var door: Bool?
  private(set) var rtspURL: String?
  private(set) var isCameraDisabled: Bool?
  private(set) var timelapse: String?
  private(set) var faults: [HMSCode] = []
  private(set) var printError: PrintErrorCode?
  private(set) var signal: Int?
  private(set) var address: String?
  private(set) var needsSignature: Bool?
  private var update = UpgradeMemory()

  mutating func merge(status: [String: JSONValue], isFull: Bool) {
    let flags = status["home_flag"]?.lenientWord
    if let flags { doorOfX1 = flags >> 23 & 1 == 1 }
    if let bits = status["stat"]?.lenientBits { door = bits >> 23 & 1 == 1 }
    mergeCard(status["sdcard"], flags: flags, isFull: isFull)
    mergeCamera(status)
    if let codes = FaultList.codes(status["hms"]) { faults = codes }
    if let word = status["print_error"]?.lenientErrorWord { printError = PrintErrorCode(reported: word) }
    if let level = WirelessSignal.level(status["wifi_signal"]) { signal = level }
    if status["net"]?["info"]?.array != nil { address = NetworkAddress.first(in: status["net"]) }
    if let bits = status["fun"]?.lenientBits { needsSignature = bits >> 29 & 1 == 1 }
    if let tree = status["upgrade_state"]?.object { update.merge(tree) }
  }

  func isUpdateAvailable(firmware: String?) -> Bool? { update.isAvailable(firmware: firmware) }

  /// A full report's flags tell all three states. In partials they can be clear while a card is there, so the card's
  /// own field counts.
  private mutating func mergeCard(_ value: JSONValue?, flags: UInt32?, isFull: Bool) {
    let flagged = flags.map { flags -> SDCardState in
      flags >> 9 & 1 == 1 ? .abnormal : flags >> 8 & 1 == 1 ? .normal : .missing
    }
    if case .string(let text) = value, let named = SDCardState(named: text) {
      card = named
    } else if isFull, let flagged {
      card = flagged
    } else if let flagged, flagged != .missing {
      card = flagged
    } else if let isThere = value?.lenientFlag {
      if !isThere { card = .missing } else if card == nil || card == .missing { card = .normal }
    }
  }

  private mutating func mergeCamera(_ status: [String: JSONValue]) {
    let camera = status["ipcam"]?.object ?? [:]
    if let url = camera.text("rtsp_url", limit: 256) {
      isCameraDisabled = url == "disable"
      rtspURL = url.isEmpty || url == "disable" ? nil : url
    }
    if let word = camera.text("timelapse", limit: 32) ?? status.text("timelapse", limit: 32) {
      timelapse = word.isEmpty ? nil : word
    } else if case .bool(let isOn) = status["timelapse"] {
      timelapse = isOn ? "enable" : "disable"
    }
  }
}

extension SDCardState {
  /// From texts such as `HAS_SDCARD_NORMAL`, which some firmware sends for a boolean.
  fileprivate init?(named text: String) {
    guard text.utf8.count <= 64 else { return nil }
    let text = text.uppercased()
    if text.contains("ABNORMAL") {
      self = .abnormal
    } else if text.contains("NO_SDCARD") || text.contains("NONE") {
      self = .missing
    } else if text.contains("NORMAL") {
      self = .normal
    } else {
      return nil
    }
  }
}

/// Whether the maker offers newer firmware: said in three ways (section 3.3, `upgrade_state`).
private struct UpgradeMemory: Sendable {
  private var isKnown = false
  private var state: Int?
  private var offered: String?
  private var listsPrinter: Bool?

  mutating func merge(_ tree: [String: JSONValue]) {
    isKnown = true
    if let number = tree.integer("new_version_state", in: 0...9) { state = number }
    if let version = tree.text("ota_new_version_number") { offered = version.isEmpty ? nil : version }
    guard let list = tree["new_ver_list"]?.array else { return }
    listsPrinter = list.prefix(32).contains { entry in
      guard let members = entry.object, members.text("name") == "ota", let new = members.text("new_ver") else {
        return false
      }
      return !new.isEmpty && new != members.text("cur_ver")
    }
  }

  /// Nil before the printer has said anything of it.
  func isAvailable(firmware: String?) -> Bool? {
    guard isKnown else { return nil }
    switch state {
    case 1: return true
    case 2: return false
    default: return listsPrinter == true || (offered != nil && offered != firmware)
    }
  }
}
