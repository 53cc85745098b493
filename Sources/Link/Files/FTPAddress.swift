import Model

/// Writes URLs for libcurl. They hold no user and no password.
enum FTPAddress {
  /// - Parameter path: absolute; its bytes are written so that libcurl gives exactly them to the printer.
  static func text(host: HostName, port: PortNumber, path: String) -> String {
    let name = host.text.utf8.contains(0x3A) ? "[\(host.text)]" : host.text
    var url = Array("ftps://\(name):\(port.number)/".utf8)
    for byte in path.utf8 {
      if isPlain(byte) {
        url.append(byte)
      } else {
        url += [0x25, hexDigit(byte >> 4), hexDigit(byte & 15)]
      }
    }
    return String(decoding: url, as: UTF8.self)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || "/-._~".utf8.contains(byte)
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}

extension Duration {
  /// Milliseconds, at least one: zero would mean "no limit" to libcurl.
  var wholeMilliseconds: Int {
    let parts = components
    return max(1, Int(parts.seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000))
  }
}
