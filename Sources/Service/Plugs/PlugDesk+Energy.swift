import Logging
import Model
import Store

/// What each print draws through the plug that feeds its printer.
extension PlugDesk {
  /// A print has begun, or has ended: the meter is read now.
  func readMeter(of printer: PrinterID, hasEnded: Bool) async {
    guard let id = entries.values.first(where: { $0.plug.fedPrinter == printer && $0.plug.isEnabled })?.record.id else {
      return
    }
    await ask(id)
    guard let entry = entries[id], entry.isReachable == true, let meter = entry.meter else { return }
    do {
      // The print is counted from here: what is on the disk must not be behind it after a crash.
      if !hasEnded { try await keepCount(of: id) }
      if hasEnded {
        try await energies.end(of: printer, through: id, at: meter, price: energyPrice())
      } else {
        try await energies.begin(of: printer, through: id, at: meter)
      }
    } catch {
      logger.error("what a print draws could not be kept", metadata: ["plug": "\(id)", "error": "\(error)"])
    }
  }

  /// Writes down what a plug without a meter of its own adds up to.
  func keepCount(of id: PlugID) async throws {
    guard let entry = entries[id], entry.counted > entry.record.counted else { return }
    entries[id]?.countedAt = steady()
    try await repository.setCounted(id, entry.counted)
    // Only now: who stops meanwhile writes it again rather than go before it is written.
    if let known = entries[id]?.record.counted { entries[id]?.record.counted = max(known, entry.counted) }
  }

  /// Every ten minutes, and when the service stops.
  func keepCountSoon(of id: PlugID) {
    guard let entry = entries[id], entry.countedAt.map({ steady() >= $0 + PlugEntry.tolerance }) ?? true else { return }
    // Owned by nobody: one small write in ten minutes.
    Task {
      do { try await keepCount(of: id) } catch {
        logger.error("what a plug adds up to could not be kept", metadata: ["plug": "\(id)", "error": "\(error)"])
      }
    }
  }
}
