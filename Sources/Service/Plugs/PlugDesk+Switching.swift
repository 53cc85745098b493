import Logging
package import Model
package import Rules
import Store

extension PlugDesk {
  package enum Command: String, Sendable { case on, off, toggle }

  /// Switches a plug as somebody asked.
  ///
  /// - Parameters:
  ///   - isForced: the rule is set aside, and that is logged.
  ///   - sender: who asked, for the log.
  /// - Throws: `Fault`: 404, 409 by the rule or while it is being switched, 502 where it does not answer.
  package func perform(_ command: Command, on id: PlugID, isForced: Bool, sender: String) async throws -> PlugStanding {
    guard let entry = entries[id] else { throw Self.missing(id) }
    guard entry.plug.isEnabled else {
      throw Fault(.conflict, "The plug is disabled, so it is not switched. Enable it first.")
    }
    let isOn: Bool
    switch command {
    case .on: isOn = true
    case .off: isOn = false
    case .toggle:
      guard let now = try await read(id).state.isOn else {
        throw Fault(.conflict, "The plug does not say whether it is on. Send on or off instead.")
      }
      isOn = !now
    }
    if !isOn, let objection = await objection(to: id) {
      guard isForced else { throw objection.fault(canBeForced: true) }
      logger.warning(
        "A printer's power is cut by force.",
        metadata: [
          "plug": "\(id)", "printer": "\(entry.plug.printerID?.description ?? "")", "by": "\(sender)",
          "though": "\(objection.sentence)",
        ])
    }
    try await turn(id, on: isOn, isForced: isForced)
    logger.info(
      "A plug was switched.", metadata: ["plug": "\(id)", "on": "\(isOn)", "force": "\(isForced)", "by": "\(sender)"])
    // Whoever switches it by hand has decided: nothing of before goes on by itself.
    await setTimer(id, nil)
    beat()
    return try standing(id)
  }

  /// Why the power that goes through this plug must not be cut now.
  func objection(to id: PlugID) async -> PowerObjection? {
    guard let printer = entries[id]?.plug.fedPrinter else { return nil }
    return await objection(toCutting: printer)
  }

  /// Why this printer's power must not be cut now, whatever feeds it.
  package func objection(toCutting printer: PrinterID) async -> PowerObjection? {
    // A start that is on its way shows in no report yet.
    if await fleet.isStarting(printer) { return .works(.preparing) }
    return ledger.watch(of: printer).objection(safeTemperature: safeTemperature(), at: steady())
  }

  /// Turns on what feeds a printer, for a job that waits.
  /// - Throws: `Fault` where `auto_on` is off, or the plug does not answer.
  package func switchFeedOn(of printer: PrinterID) async throws {
    guard let id = feedingPlug(of: printer), let entry = entries[id] else { return }
    guard entry.plug.autoOn else {
      throw Fault(.conflict, "The plug that feeds the printer is off, and auto_on does not let it go on by itself.")
    }
    try await turn(id, on: true)
    await setTimer(id, nil)
    logger.info("A plug was switched.", metadata: ["plug": "\(id)", "on": "true", "because": "a job waits"])
  }

  /// Turns off what feeds a printer, by the rule.
  /// - Throws: `Fault` 409 where it must stay on.
  package func switchFeedOff(of printer: PrinterID) async throws {
    guard let id = feedingPlug(of: printer) else { return }
    if let objection = await objection(to: id) { throw objection.fault(canBeForced: false) }
    try await turn(id, on: false)
    await setTimer(id, nil)
    logger.info("A plug was switched.", metadata: ["plug": "\(id)", "on": "false", "because": "its job is over"])
  }

  private func feedingPlug(of printer: PrinterID) -> PlugID? {
    entries.values.first { $0.plug.fedPrinter == printer && $0.plug.isEnabled }?.record.id
  }

  /// Switches by itself; whether it did.
  @discardableResult
  func turn(_ id: PlugID, on isOn: Bool, because reason: String) async -> Bool {
    do {
      if !isOn, let objection = await objection(to: id) { throw objection.fault(canBeForced: false) }
      try await turn(id, on: isOn)
      logger.info("A plug was switched.", metadata: ["plug": "\(id)", "on": "\(isOn)", "because": "\(reason)"])
      return true
    } catch {
      logger.notice(
        "A plug could not be switched.", metadata: ["plug": "\(id)", "on": "\(isOn)", "error": "\(error)"])
      return false
    }
  }

  /// Switches, and believes it only when the plug says so itself. While a printer's power is on its way out, nothing is
  /// begun there: a plug may take its time, and what began meanwhile would be cut.
  private func turn(_ id: PlugID, on isOn: Bool, isForced: Bool = false) async throws {
    guard let entry = entries[id] else { throw Self.missing(id) }
    guard !entry.isSwitching else {
      throw Fault(.conflict, "The plug is being switched just now. Try again in a moment.")
    }
    entries[id]?.isSwitching = true
    defer { entries[id]?.isSwitching = false }
    let printer = isOn ? nil : entry.plug.fedPrinter
    if let printer { await fleet.holdStarts(of: printer, true) }
    do {
      // What began before the hold shows by now.
      if printer != nil, !isForced, let objection = await objection(to: id) {
        throw objection.fault(canBeForced: true)
      }
      try await switchNow(id, entry, on: isOn)
    } catch {
      if let printer { await fleet.holdStarts(of: printer, false) }
      throw error
    }
    if let printer { await fleet.holdStarts(of: printer, false) }
  }

  private func switchNow(_ id: PlugID, _ entry: PlugEntry, on isOn: Bool) async throws {
    var reading: PlugReading
    do {
      try await entry.driver.turn(on: isOn)
      reading = try await entry.driver.status()
      if reading.state.isOn == !isOn {
        // Some answer before their relay has moved.
        try await Task.sleep(for: .seconds(1))
        reading = try await entry.driver.status()
      }
    } catch {
      note(failure: error, of: id)
      throw error
    }
    note(reading, of: id)
    defer { tell(id) }
    guard reading.state.isOn == !isOn else { return }
    let (said, wanted) = isOn ? ("off", "on") : ("on", "off")
    entries[id]?.problem = "says that it is \(said) though it was switched \(wanted)"
    throw Fault(
      .plugOffline, "The plug took the command and still says that it is \(said). Look at it before you rely on it.")
  }

  static func missing(_ id: PlugID) -> Fault { Fault(.plugNotFound, "There is no smart plug \(id).") }
}
