import Model
import Service
import Wire

/// A printer that was heard of, as it describes itself, and whether it is one of ours.
package struct DiscoveredPrinterView: WireObject {
  let printer: DiscoveredPrinter
  /// The printer that has this serial number here.
  let known: PrinterID?

  private var said: PrinterAnnouncement { printer.announcement }

  package static let name = "DiscoveredPrinter"
  package static let fields: [ObjectField<DiscoveredPrinterView>] = [
    ObjectField("serial_number", "As the printer says it.", example: "01P00A000000001") { $0.said.serial.text },
    ObjectField("name", "What its owner calls it; null when it does not say.", example: "Workshop X1C") {
      $0.said.name
    },
    ObjectField("model", "The maker's name of the model; null when it is not known here.", example: "X1 Carbon") {
      $0.said.model?.displayName
    },
    ObjectField("model_code", "The short name of the model.", example: "X1C") { $0.said.model?.rawValue },
    ObjectField("ip_address", "Where it says that it is.", example: "192.168.1.100") { $0.said.address.text },
    ObjectField("firmware", "Its firmware's version.", example: "01.09.00.00") { $0.said.firmware },
    ObjectField("signal", "Its Wi-Fi signal in dBm.", example: -52) { $0.said.signal },
    ObjectField("connection", "`lan` or `cloud`, as it says.", example: "lan") { $0.said.connection },
    ObjectField("bind", "`free` when it belongs to no account, else `occupied`.", example: "occupied") {
      $0.said.binding
    },
    ObjectField("new", "No printer with this serial number has been added yet.") { $0.known == nil },
    ObjectField("printer_id", "The printer with this serial number; null when it is new.", example: 1) {
      $0.known?.rawValue
    },
    ObjectField("last_seen", "When it was heard last.") { $0.printer.lastSeen },
  ]
}
