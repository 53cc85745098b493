/// An `http` or `https` address that a person enters: a webhook, a provider's server, a plug. Nothing else: no `file:`.
///
/// A user and password may stand in front of the host. Behind `#` may stand the SHA-256 of the server's public key, for
/// one whose certificate no authority has issued; that part is never sent.
package struct WebAddress: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  /// Bytes of the whole text.
  package static let limit = ExternalCameraAddress.limit
  package static let expectation = "must be http:// or https:// with a host, and have no spaces"

  package let place: ExternalCameraAddress.Place

  package init(_ text: String, field: String = "url") throws(InvalidValue) {
    guard text.hasPrefix("http://") || text.hasPrefix("https://") else { throw InvalidValue(field, Self.expectation) }
    guard case .network(let place) = try ExternalCameraAddress(text, field: field).kind else {
      throw InvalidValue(field, Self.expectation)
    }
    self.place = place
  }

  package init(_ place: ExternalCameraAddress.Place) { self.place = place }

  /// The same server with another path and query; `target` begins with a slash.
  package func at(_ target: String) -> WebAddress {
    var place = place
    place.target = Secret(target)
    return WebAddress(place)
  }

  /// With `path` behind the path that is there, as where a server lives in a folder of a proxy's. A query is dropped.
  package func appending(_ path: String) -> WebAddress {
    var base = place.target.exposed.prefix { $0 != "?" }
    while base.hasSuffix("/") { base = base.dropLast() }
    return at(base + path)
  }

  /// Where a Location leads from here; nil for what is no HTTP address.
  package func joined(_ location: String) -> WebAddress? {
    place.joined(location).map { WebAddress($0) }
  }

  /// Whether both are the same scheme, host and port: what a secret was given for.
  package func hasSameOrigin(as other: WebAddress) -> Bool {
    place.scheme == other.place.scheme && place.host.text.lowercased() == other.place.host.text.lowercased()
      && place.port == other.place.port
  }

  /// Scheme, host and port, without a secret: what a history may show.
  package var origin: String {
    "\(place.scheme.rawValue)://\(hostInURL)" + (isStandardPort ? "" : ":\(place.port)")
  }

  /// The host, in brackets where it is an IPv6 address.
  package var hostInURL: String { place.host.text.contains(":") ? "[\(place.host.text)]" : place.host.text }

  private var isStandardPort: Bool { place.port.number == (place.scheme.isEncrypted ? 443 : 80) }

  /// The whole address, with path and query and its user's password; for storing and sending only.
  package var exposed: String {
    let user = place.credentials.map { "\(Self.encode($0.user)):\(Self.encode($0.password.exposed))@" } ?? ""
    return written(user: user)
  }

  /// For people: the password is dots (contract, section 3). A path and a query are shown.
  package var description: String { written(user: place.credentials.map { "\(Self.encode($0.user)):***@" } ?? "") }

  private func written(user: String) -> String {
    "\(place.scheme.rawValue)://\(user)\(hostInURL)" + (isStandardPort ? "" : ":\(place.port)") + place.target.exposed
      + (place.pinned.map { "#\($0.hex)" } ?? "")
  }

  /// What is sent back as it was shown keeps the password that was there.
  package func keepingPassword(of old: WebAddress?) -> WebAddress {
    guard place.credentials?.password.exposed == "***", let known = old?.place.credentials,
      known.user == place.credentials?.user
    else { return self }
    var place = place
    place.credentials = known
    return WebAddress(place)
  }

  private static func encode(_ text: String) -> String { percentEncoded(text) { !"%:@/?#[]\\\"".utf8.contains($0) } }

  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// `%xx` for every byte that is not printable ASCII or that the rule does not let stand.
package func percentEncoded(
  _ text: String,
  keeping isPlain: (UInt8) -> Bool = {
    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || "-._~".utf8.contains($0)
  }
) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var result: [UInt8] = []
  for byte in text.utf8 {
    if (0x21...0x7E).contains(byte), isPlain(byte) {
      result.append(byte)
    } else {
      result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: result, as: UTF8.self)
}
