import Wire

/// Writes a message as asked: as printers do, or broken in one of the ways in which they break it.
enum ReportStyler {
  static func bytes(_ message: JSONValue, style: PrinterFault.ReportStyle) -> [UInt8] {
    switch style {
    case .normal: return PrettyJSON.bytes(message)
    case .compact:
      var writer = JSONWriter(reserving: 32 << 10)
      writer.write(message)
      return writer.bytes
    case .numbersAsText: return PrettyJSON.bytes(message.withNumbersAsText)
    case .trailingNUL: return PrettyJSON.bytes(message) + [0]
    case .invalidUTF8: return bytesWithBrokenText(message)
    case .notJSON: return Array("<html>504 Gateway Time-out</html>".utf8)
    case .huge: return PrettyJSON.bytes(message.adding("padding", .string(String(repeating: "x", count: 10 << 20))))
    case .deepNesting:
      let depth = 5000
      let text = "{\"print\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
      return Array(text.utf8)
    }
  }

  /// One byte in a text that no UTF-8 has.
  private static func bytesWithBrokenText(_ message: JSONValue) -> [UInt8] {
    var bytes = PrettyJSON.bytes(message.adding("tray_note", "@broken@"))
    if let place = bytes.indices.first(where: { bytes[$0...].starts(with: "@broken@".utf8) }) { bytes[place] = 0xFF }
    return bytes
  }
}

extension JSONValue {
  /// One member more in the message's one object.
  fileprivate func adding(_ key: String, _ value: JSONValue) -> JSONValue {
    guard var members = object, let (name, inner) = members.first, var fields = inner.object else { return self }
    fields[key] = value
    members[name] = .object(fields)
    return .object(members)
  }
}
