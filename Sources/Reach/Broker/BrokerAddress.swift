package import Model

/// Where an MQTT broker is: a host, `host:port`, or `mqtt://` or `mqtts://` with those; 1883 and 8883 without a port.
/// Behind `#` may stand the SHA-256 of the key of a broker whose certificate no authority has issued.
package struct BrokerAddress: Hashable, Sendable {
  package let host: HostName
  package let port: PortNumber
  package let isEncrypted: Bool
  package let pinned: Fingerprint?

  package init(host: HostName, port: PortNumber, isEncrypted: Bool, pinned: Fingerprint? = nil) {
    self.host = host
    self.port = port
    self.isEncrypted = isEncrypted
    self.pinned = pinned
  }

  package init(_ text: String, field: String = "address") throws(InvalidValue) {
    let problem = InvalidValue(
      field, "must be a broker such as 192.168.1.10, broker.lan:1883 or mqtts://broker.lan")
    var rest = Substring(text)
    var isEncrypted = false
    if rest.hasPrefix("mqtts://") {
      isEncrypted = true
      rest = rest.dropFirst(8)
    } else if rest.hasPrefix("mqtt://") {
      rest = rest.dropFirst(7)
    }
    var pinned: Fingerprint?
    if let mark = rest.firstIndex(of: "#") {
      guard isEncrypted, let key = try? Fingerprint(String(rest[rest.index(after: mark)...])) else { throw problem }
      pinned = key
      rest = rest[..<mark]
    }
    var port: Substring?
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      let behind = rest[rest.index(after: end)...]
      guard behind.isEmpty || behind.hasPrefix(":") else { throw problem }
      port = behind.isEmpty ? nil : behind.dropFirst()
      rest = rest[rest.index(after: rest.startIndex)..<end]
    } else if let colon = rest.firstIndex(of: ":"), rest.lastIndex(of: ":") == colon {
      port = rest[rest.index(after: colon)...]
      rest = rest[..<colon]
    }
    guard let host = try? HostName(String(rest)) else { throw problem }
    self.host = host
    self.isEncrypted = isEncrypted
    self.pinned = pinned
    guard let port else {
      self.port = try PortNumber(isEncrypted ? 8883 : 1883, field: field)
      return
    }
    guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port) else { throw problem }
    self.port = try PortNumber(number, field: field)
  }
}
