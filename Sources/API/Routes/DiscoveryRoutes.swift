import Model
import Rules
package import Service
import Wire

/// `/printers/discover`: which printers there are in the network (contract, section 5).
package struct DiscoveryRoutes: Sendable {
  private let discovery: Discovery
  private let view: FleetView

  package init(discovery: Discovery, view: FleetView) {
    self.discovery = discovery
    self.view = view
  }

  private static let wait = Parameter<Int>.integer(
    "wait", 0...10, "Seconds to search for, 0 to 10; 0 answers with what is known. 3 when not given.")
  private static let address = Parameter<HostName>(
    name: "address", place: .query, schema: HostName.schema,
    note: "Asks this address or host name only, over TCP 3000 and 3002: for networks that hold broadcasts back.",
    example: "192.168.1.100"
  ) { (text) throws(Fault) in
    do throws(InvalidValue) { return try HostName(text, field: "address") } catch { throw Fault(error) }
  }

  package var operations: [Operation] {
    [
      .list(
        "/printers/discover", id: "discover_printers", topic: .printers, summary: "Find printers in the network",
        details: """
          Those that were heard within ten minutes, at most 256. What they say of themselves is not checked: anybody in \
          the network can say it.
          """, access: .permission(.admin), parameters: [Self.wait.declared, Self.address.declared],
        errors: [.serviceUnavailable]
      ) { (call) -> [DiscoveredPrinterView] in
        let wait = try call.query(Self.wait) ?? 3
        let found =
          if let address = try call.query(Self.address) {
            try await discovery.ask(address)
          } else {
            try await discovery.search(for: .seconds(wait))
          }
        let known = Dictionary(
          view.all.map { ($0.identity.serial, $0.identity.id) }, uniquingKeysWith: { first, _ in first })
        return found.compactMap { printer in
          let id = known[printer.announcement.serial]
          // To a caller who may not see a printer, it does not exist.
          if let id, !call.caller.sees(id) { return nil }
          return DiscoveredPrinterView(printer: printer, known: id)
        }
      }
    ]
  }
}
