/// Where an external camera is: `http(s)` for MJPEG or snapshots, `rtsp(s)`, or `/dev/video*` (contract, section 5,
/// "Camera"). Nothing else: no `file:`, no `concat:`, no option of any program.
///
/// A user and password may stand in front of the host. Behind `#` may stand the SHA-256 of the camera's public key, for
/// one whose certificate no authority has issued; that part is never sent.
package struct ExternalCameraAddress: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  package enum Scheme: String, Hashable, Sendable, CaseIterable {
    case http, https, rtsp, rtsps

    package var isEncrypted: Bool { self == .https || self == .rtsps }
    package var isRTSP: Bool { self == .rtsp || self == .rtsps }
    var defaultPort: Int {
      switch self {
      case .http: 80
      case .https: 443
      case .rtsp: 554
      case .rtsps: 322
      }
    }
  }

  /// A camera that is reached over the network.
  package struct Place: Hashable, Sendable {
    package var scheme: Scheme
    package var host: HostName
    package var port: PortNumber
    /// Path and query, with the slash in front. A query may hold a password: it is not shown.
    package var target: Secret
    package var credentials: CameraCredentials?
    /// The key that is trusted whoever issued its certificate.
    package var pinned: Fingerprint?
  }

  package enum Kind: Hashable, Sendable {
    case network(Place)
    /// `/dev/video` with this number, 0 to 255.
    case device(Int)
  }

  /// Bytes of the whole text.
  package static let limit = 2048

  static let expectation =
    "must be http:// or https:// (MJPEG or a snapshot), rtsp:// or rtsps://, each with a host, or /dev/video0 to"
    + " /dev/video255"

  package let kind: Kind
  /// As it was given, to be stored.
  package let text: Secret

  package init(_ text: String, field: String = "url") throws(InvalidValue) {
    let bytes = Array(text.utf8)
    guard (1...Self.limit).contains(bytes.count),
      bytes.allSatisfy({ (0x21...0x7E).contains($0) && ![0x22, 0x3C, 0x3E, 0x5C, 0x60, 0x7B, 0x7D].contains($0) })
    else { throw InvalidValue(field, Self.expectation) }
    self.text = Secret(text)
    if text.hasPrefix("/") {
      kind = .device(try Self.device(text, field))
    } else {
      kind = .network(try Self.place(text, field))
    }
  }

  private static func device(_ text: String, _ field: String) throws(InvalidValue) -> Int {
    let prefix = "/dev/video"
    let digits = text.dropFirst(prefix.count)
    guard text.hasPrefix(prefix), (1...3).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits), number <= 255,
      String(number) == digits
    else { throw InvalidValue(field, expectation) }
    return number
  }

  private static func place(_ text: String, _ field: String) throws(InvalidValue) -> Place {
    guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased()),
      text[colon...].hasPrefix("://")
    else { throw InvalidValue(field, expectation) }
    var rest = text[text.index(colon, offsetBy: 3)...]
    var pinned: Fingerprint?
    if let hash = rest.firstIndex(of: "#") {
      let name = rest[rest.index(after: hash)...].lowercased()
      pinned = try? Fingerprint(name)
      guard pinned != nil, scheme.isEncrypted else {
        throw InvalidValue(field, "may have only the SHA-256 of an https or rtsps camera's public key behind its #")
      }
      rest = rest[..<hash]
    }
    let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    var authority = rest[..<authorityEnd]
    let tail = String(rest[authorityEnd...])
    var credentials: CameraCredentials?
    if let at = authority.lastIndex(of: "@") {
      credentials = try Self.credentials(authority[..<at], field)
      authority = authority[authority.index(after: at)...]
    }
    let (host, port) = try hostAndPort(authority, scheme, field)
    return Place(
      scheme: scheme, host: host, port: port, target: Secret(tail.hasPrefix("/") ? tail : "/" + tail),
      credentials: credentials, pinned: pinned)
  }

  private static func credentials(_ text: Substring, _ field: String) throws(InvalidValue) -> CameraCredentials {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let decoded = parts.map { decode($0) }
    let user = decoded.first.flatMap { $0 } ?? ""
    let password = decoded.count == 2 ? decoded[1] : ""
    guard !user.isEmpty, let password,
      [user, password].allSatisfy({ $0.unicodeScalars.allSatisfy { $0.value >= 0x20 } })
    else { throw InvalidValue(field, "must give user and password as user:password@host, special characters as %xx") }
    return CameraCredentials(user: user, password: Secret(password))
  }

  private static func hostAndPort(
    _ authority: Substring, _ scheme: Scheme, _ field: String
  ) throws(InvalidValue) -> (HostName, PortNumber) {
    var name = authority
    var port: Substring?
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { throw InvalidValue(field, expectation) }
      name = authority[authority.index(after: authority.startIndex)..<end]
      let rest = authority[authority.index(after: end)...]
      guard name.contains(":"), rest.isEmpty || rest.first == ":" else { throw InvalidValue(field, expectation) }
      if !rest.isEmpty { port = rest.dropFirst() }
    } else if let colon = authority.firstIndex(of: ":") {
      name = authority[..<colon]
      port = authority[authority.index(after: colon)...]
    }
    guard let host = try? HostName(String(name)) else { throw InvalidValue(field, expectation) }
    guard let port, !port.isEmpty else { return (host, try PortNumber(scheme.defaultPort, field: field)) }
    guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(port), let checked = try? PortNumber(number, field: field)
    else { throw InvalidValue(field, "must have a port of 1 to 65535") }
    return (host, checked)
  }

  /// `%xx` as bytes; nil where that is no UTF-8, or no number.
  private static func decode(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, !digits.contains(0x2B), !digits.contains(0x2D),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// For people: the password and the query are dots.
  package var description: String {
    switch kind {
    case .device(let number): return "/dev/video\(number)"
    case .network(let place):
      let user = place.credentials.map { Self.encode($0.user) + ":***@" } ?? ""
      let name = place.host.text.contains(":") ? "[\(place.host.text)]" : place.host.text
      let port = Int(place.port.number) == place.scheme.defaultPort ? "" : ":\(place.port)"
      let target = place.target.exposed
      let path = target.prefix { $0 != "?" }
      return "\(place.scheme.rawValue)://\(user)\(name)\(port)\(path)" + (path.count < target.count ? "?***" : "")
    }
  }

  private static func encode(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
      let isPlain = (0x21...0x7E).contains(byte) && !"%:@/?#[]\\\"".utf8.contains(byte)
      result += isPlain ? [byte] : [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: result, as: UTF8.self)
  }

  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
