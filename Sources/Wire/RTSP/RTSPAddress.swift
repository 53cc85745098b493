package import Model

/// What a request line names: always the address that we connect to, whatever the server says of itself.
package struct RTSPAddress: Hashable, Sendable {
  package var isEncrypted: Bool
  package var host: HostName
  package var port: PortNumber
  /// Path and query, with the slash in front.
  package var path: String

  package init(isEncrypted: Bool, host: HostName, port: PortNumber, path: String) {
    self.isEncrypted = isEncrypted
    self.host = host
    self.port = port
    self.path = path
  }

  package var text: String {
    let name = host.text.contains(":") ? "[\(host.text)]" : host.text
    return "\(isEncrypted ? "rtsps" : "rtsp")://\(name):\(port)\(path)"
  }

  /// What a server calls itself or one of its tracks, at our address: absolute or behind this one.
  func joined(_ control: String) -> RTSPAddress {
    var address = self
    guard !control.isEmpty, control != "*" else { return address }
    let lower = control.lowercased()
    if lower.hasPrefix("rtsp://") || lower.hasPrefix("rtsps://") {
      let rest = control.drop { $0 != ":" }.dropFirst(3)
      address.path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
    } else if control.hasPrefix("/") {
      address.path = control
    } else {
      address.path += (path.hasSuffix("/") ? "" : "/") + control
    }
    return address
  }
}
