package import Model

/// Everything that one printer reported, merged message by message (protocol sheet, section 3.2).
///
/// Only fields that the decoding reads are kept, as typed values with limits on every list and text, so that the size
/// of a state does not depend on what the printer sends.
///
/// A full report is merged like any other: a key that it lacks is unchanged, since firmware leaves keys out of full
/// reports too. But its lists are inventories: AMS units, trays, extruders, nozzles, external spools and lights that a
/// full report does not list are gone.
package struct ReportState: Sendable {
  /// Bytes of the largest message that is read; recorded full reports have 20 kB.
  package static let largestMessage = 1 << 20

  /// Values in the largest message; recorded full reports have 1,500.
  private static let limits = JSONParser.Limits(bytes: largestMessage, depth: 64, values: 1 << 16)

  package private(set) var report: PrinterReport

  private let configuredModel: PrinterModel?
  private let serialModel: PrinterModel?
  private var memory = ReportMemory()
  /// Since the session began: a full report has come, and a word about the state.
  private var standing = (hasPicture: false, hasState: false)
  private var version = VersionMemory()

  /// - Parameter model: what a person configured; nil takes it from what `get_version` names, else from the serial
  ///   number, else from the main board that `get_version` lists.
  package init(serial: SerialNumber, model: PrinterModel?) {
    configuredModel = model
    serialModel = PrinterModel(serial: serial)
    report = PrinterReport()
    refresh()
  }

  private var model: PrinterModel? { configuredModel ?? version.namedModel ?? serialModel ?? version.boardModel }

  /// A new MQTT session: forgets completeness, keeps what is known until the first full report.
  package mutating func beginSession() {
    report.isComplete = false
    standing = (false, false)
    memory.beginSession()
  }

  /// One MQTT payload of `device/<serial>/report`.
  package mutating func apply(_ payload: UnsafeRawBufferPointer) -> ReportOutcome {
    guard payload.count <= Self.largestMessage else { return .rejected(.tooLarge(bytes: payload.count)) }
    let message: JSONValue
    do {
      message = try JSONParser.parse(bytes: Self.trimmed(payload), limits: Self.limits, tolerance: .firmware)
    } catch {
      return .rejected(.malformed(error))
    }
    guard let members = message.object else { return .rejected(.notAnObject) }
    return apply(members)
  }

  private mutating func apply(_ message: [String: JSONValue]) -> ReportOutcome {
    var outcome: ReportOutcome?
    if let print = message["print"]?.object { outcome = apply(print: print) }
    if let info = message["info"]?.object, outcome == nil { outcome = apply(info: info) }
    // Some firmware sends members of a status at the top level (section 3.2).
    if Self.looseKeys.contains(where: { message[$0] != nil }) {
      merge(message, extent: .part)
      outcome = outcome ?? .status(isFull: false)
    }
    return outcome ?? Self.acknowledgement(in: message) ?? .other
  }

  private static let looseKeys = ["ams", "fun", "wifi_signal", "3D", "device", "vt_tray", "vir_slot", "hms"]

  private static let answeringGroups = ["system", "camera", "xcam", "upgrade", "pushing", "security"]

  private static func acknowledgement(in message: [String: JSONValue]) -> ReportOutcome? {
    for group in answeringGroups {
      guard let members = message[group]?.object else { continue }
      if let answer = CommandAcknowledgement(group: group, members: members) { return .acknowledgement(answer) }
    }
    return nil
  }

  private mutating func apply(print: [String: JSONValue]) -> ReportOutcome {
    let command = print.text("command") ?? ""
    // Other commands' replies echo parameters under names that a status has too: they are not merged.
    if !command.isEmpty, command != "push_status" {
      return CommandAcknowledgement(group: "print", members: print).map(ReportOutcome.acknowledgement) ?? .other
    }
    let extent = Extent(print, isNamed: !command.isEmpty)
    merge(print, extent: extent)
    return .status(isFull: extent != .part)
  }

  private mutating func apply(info: [String: JSONValue]) -> ReportOutcome {
    guard info.text("command") == "get_version", info["module"] != nil else {
      return CommandAcknowledgement(group: "info", members: info).map(ReportOutcome.acknowledgement) ?? .other
    }
    let isComplete = version.merge(info)
    refresh()
    return .version(isComplete: isComplete)
  }

  private mutating func merge(_ status: [String: JSONValue], extent: Extent) {
    memory.merge(status: status, isFull: extent == .inventory)
    if extent != .part { standing.hasPicture = true }
    if case .string = status["gcode_state"] { standing.hasState = true }
    report.isComplete = standing.hasPicture && standing.hasState
    refresh()
  }

  private mutating func refresh() {
    report = memory.report(model: model, version: version, isComplete: report.isComplete)
  }

  /// Without the space, the terminators and the byte order mark that some firmware adds.
  private static func trimmed(_ payload: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    func isPadding(_ byte: UInt8) -> Bool { byte == 0 || byte == 0x20 || (0x09...0x0D).contains(byte) }
    var text = payload[...]
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    while let first = text.first, isPadding(first) { text = text.dropFirst() }
    while let last = text.last, isPadding(last) { text = text.dropLast() }
    return UnsafeRawBufferPointer(rebasing: text)
  }
}

/// How much of the printer a message shows.
private enum Extent {
  case part
  /// Enough to know the printer by; its lists may be parts.
  case picture
  /// What its lists lack is gone.
  case inventory

  /// `msg` 0 is full and 1 partial. Where it is absent, as in full reports of the H2D, the content decides: recorded full
  /// reports have 61 members and more, but a partial may have twenty.
  init(_ print: [String: JSONValue], isNamed: Bool) {
    self = .part
    guard isNamed else { return }
    var hasState = false
    if case .string = print["gcode_state"] { hasState = true }
    let isLarge = print.count >= 16
    if let number = print["msg"]?.lenientInteger {
      if number == 0, hasState || isLarge { self = .inventory }
    } else if hasState, isLarge || Self.gist.allSatisfy({ print[$0] != nil }) {
      self = print.count >= 40 ? .inventory : .picture
    }
  }

  private static let gist = ["mc_percent", "nozzle_temper", "bed_temper"]
}

extension CommandAcknowledgement {
  fileprivate init?(group: String, members: [String: JSONValue]) {
    guard let command = members.text("command"), !command.isEmpty else { return nil }
    let result: Result =
      switch members.text("result")?.lowercased() {
      case "success", "ok": .success
      case let word? where word.hasPrefix("fail") || word.hasPrefix("err"): .failed
      default: .absent
      }
    let reason = members.text("reason", limit: 512)
    let code = (members["err_code"] ?? members["errno"])?.lenientErrorWord
    self.init(
      group: group, command: command, sequenceID: members.text("sequence_id"), result: result,
      reason: reason?.isEmpty == true ? nil : reason, errorCode: code == 0 ? nil : code, members: .object(members))
  }
}
