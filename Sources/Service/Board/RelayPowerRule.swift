import Model
package import Rules
import Store

/// The one rule for cutting a printer's power (contract, section 5), as far as the board's relays go.
package protocol RelayPowerRule: Sendable {
  /// Why the power of what these relays feed must stay; nil where nothing speaks against it.
  func objection(toCutting relays: [String]) async -> PowerObjection?
}

extension PlugDesk: RelayPowerRule {
  package func objection(toCutting relays: [String]) async -> PowerObjection? {
    for entry in entries.values where entry.plug.kind == .gpio && entry.plug.isEnabled {
      guard let relay = entry.plug.relay, relays.contains(relay), let printer = entry.plug.fedPrinter,
        let objection = await objection(toCutting: printer)
      else { continue }
      return objection
    }
    return nil
  }
}
