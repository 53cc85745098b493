import Model
import Wire

/// A file of recorded or made reports: `{serial, get_version, pushall, deltas}` or `{messages}`.
struct Recording {
  var serial: String?
  /// Nil where the recording has no answer: then the printer gives none.
  var version: JSONValue?
  var pushall: JSONValue?
  var deltas: [(name: String, message: JSONValue)]

  static func load(_ path: String) throws -> Recording {
    guard let bytes = Files.read(path) else { throw SimulatorError("cannot read the recording \(path)") }
    let document: JSONValue
    do {
      document = try JSONParser.parse(bytes, limits: .init(bytes: 16 << 20))
    } catch { throw SimulatorError("\(path): \(error)") }
    func present(_ value: JSONValue?) -> JSONValue? { value == .null ? nil : value }
    if let messages = document["messages"]?.array {
      let rest = messages.dropFirst().enumerated().map { ("message \($0.offset + 2)", $0.element) }
      return Recording(serial: nil, version: nil, pushall: messages.first, deltas: Array(rest))
    }
    guard document["pushall"] != nil || document["deltas"] != nil else {
      throw SimulatorError("\(path) is no recording: it has neither pushall, deltas nor messages")
    }
    let deltas = (document["deltas"]?.array ?? []).compactMap { entry in
      entry["message"].map { (entry["name"]?.string ?? "delta", $0) }
    }
    return Recording(
      serial: document["serial"]?.string, version: present(document["get_version"]),
      pushall: present(document["pushall"]), deltas: deltas)
  }

  /// The model by the serial number, else by the product name.
  var model: PrinterModel? {
    if let serial, let number = try? SerialNumber(serial), let model = PrinterModel(serial: number) { return model }
    let names = version?["info"]?["module"]?.array?.compactMap { $0["product_name"]?.string } ?? []
    return names.lazy.compactMap { PrinterModel(name: $0) }.first
  }
}
