package import Model
import Rules
package import Store

extension PlugDesk {
  /// - Throws: `Fault`: 400 for what cannot be, 409 for a second feeding plug or a switch that another plug has.
  package func add(_ plug: SmartPlug) async throws -> PlugStanding {
    do throws(InvalidValue) { try workshop.check(plug) } catch { throw Fault(error) }
    let record: SmartPlugRecord
    do {
      record = try await repository.insert(plug, now: clock.now)
    } catch let refusal as SmartPlugRepository.Refusal {
      throw Self.fault(refusal, plug)
    }
    try open(record)
    await ask(record.id)
    beat()
    return try standing(record.id)
  }

  /// - Parameter change: what is sent changes a plug as it stands at that moment.
  /// - Throws: `Fault`: as `add`, and 409 by the rule where the printer would be without its protection.
  package func update(
    _ id: PlugID, _ change: @Sendable (SmartPlug) throws -> SmartPlug
  ) async throws -> PlugStanding {
    try await inTurn { try await updateNow(id, change) }
  }

  private func updateNow(
    _ id: PlugID, _ change: @Sendable (SmartPlug) throws -> SmartPlug
  ) async throws -> PlugStanding {
    guard let before = entries[id] else { throw Self.missing(id) }
    let plug = try change(before.plug)
    do throws(InvalidValue) { try workshop.check(plug) } catch { throw Fault(error) }
    if Self.takesAway(before.plug, plug), let objection = await objection(to: id) {
      throw Self.fault(objection, "changed so")
    }
    let record: SmartPlugRecord
    do {
      record = try await repository.update(id, plug, now: clock.now)
    } catch let refusal as SmartPlugRepository.Refusal {
      throw Self.fault(refusal, plug, id)
    }
    guard let entry = entries[id] else { throw Self.missing(id) }
    if Self.isSameWay(entry.plug, plug) {
      entries[id]?.record = record
      showOwners()
      if record.workEndedAt == nil { entries[id]?.timer.cancel() }
      entries[id]?.judgedAgainAt = nil
    } else {
      await entry.driver.close()
      try open(record, timer: record.workEndedAt == nil ? AutoOff() : entry.timer)
      if record.plug.isEnabled { await ask(id) }
    }
    beat()
    tell(id)
    return try standing(id)
  }

  /// - Throws: `Fault`: 404, 409 by the rule.
  package func remove(_ id: PlugID) async throws { try await inTurn { try await removeNow(id) } }

  private func removeNow(_ id: PlugID) async throws {
    guard entries[id] != nil else { throw Self.missing(id) }
    if let objection = await objection(to: id) { throw Self.fault(objection, "deleted") }
    guard try await repository.delete(id) else { throw Self.missing(id) }
    guard let entry = entries.removeValue(forKey: id) else { return }
    showOwners()
    feed.publish(.plugRemoved(id, entry.plug.printerID))
    await entry.driver.close()
  }

  /// Deleting a printer sets its plugs free, so the rule holds for that as well.
  package func checkRemoval(of printer: PrinterID) async throws(Fault) {
    guard entries.values.contains(where: { $0.plug.fedPrinter == printer }) else { return }
    guard let objection = await objection(toCutting: printer) else { return }
    throw Fault(
      .conflict, "\(objection.sentence) A smart plug feeds it, which would be free to cut its power. Delete it later.")
  }

  /// Whether a change leaves a printer without the rule that protects it.
  private static func takesAway(_ old: SmartPlug, _ new: SmartPlug) -> Bool {
    guard let printer = old.fedPrinter, old.isEnabled else { return false }
    return new.fedPrinter != printer || !new.isEnabled || new.kind != old.kind || new.relay != old.relay
  }

  /// Whether the same driver does.
  private static func isSameWay(_ old: SmartPlug, _ new: SmartPlug) -> Bool {
    old.kind == new.kind && old.address == new.address && old.relay == new.relay && old.options == new.options
      && old.username == new.username && old.password == new.password && old.token == new.token
  }

  private static func fault(_ objection: PowerObjection, _ what: String) -> Fault {
    Fault(.conflict, "\(objection.sentence) The plug that feeds it cannot be \(what) until then.")
  }

  private static func fault(_ refusal: SmartPlugRepository.Refusal, _ plug: SmartPlug, _ id: PlugID? = nil) -> Fault {
    switch refusal {
    case .notFound: missing(id ?? PlugID(rawValue: 0))
    case .unknownPrinter: Fault(InvalidValue("printer_id", "must be the number of a printer"))
    case .secondFeed:
      Fault(
        .conflict,
        "Another plug feeds this printer already. Set feeds_printer to false here, or on the other one first.")
    case .sameSwitch: Fault(.conflict, "Another plug is this same switch already. Change that one.")
    }
  }
}
