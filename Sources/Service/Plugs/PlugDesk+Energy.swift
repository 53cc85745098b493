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
      if hasEnded {
        try await energies.end(of: printer, through: id, at: meter, price: energyPrice())
      } else {
        try await energies.begin(of: printer, through: id, at: meter)
      }
    } catch {
      logger.error("what a print draws could not be kept", metadata: ["plug": "\(id)", "error": "\(error)"])
    }
  }
}
