/// What a server wants in answer to a 401 (`WWW-Authenticate`, RFC 2617).
package enum AuthenticationChallenge: Hashable, Sendable {
  case basic
  case digest(DigestChallenge)

  /// The strongest of what is offered that we can answer; nil where there is none.
  package static func strongest(in fields: [String]) -> AuthenticationChallenge? {
    var hasBasic = false
    for field in fields.prefix(8) {
      if let digest = DigestChallenge(field) { return .digest(digest) }
      if field.lowercased().hasPrefix("basic") { hasBasic = true }
    }
    return hasBasic ? .basic : nil
  }
}

/// A Digest challenge with MD5 and `qop=auth` or none; others are none of ours.
package struct DigestChallenge: Hashable, Sendable {
  /// Bytes of realm, nonce and opaque each.
  static let textLimit = 512

  package var realm: String
  package var nonce: String
  package var opaque: String?
  /// The last answer was right and its nonce too old: the same password may be tried once more.
  package var isStale: Bool
  package var hasQualityOfProtection: Bool

  package init?(_ field: String) {
    guard field.utf8.count <= 4096, field.lowercased().hasPrefix("digest") else { return nil }
    let parameters = ChallengeParameters(field.dropFirst(6))
    guard let realm = parameters["realm"], let nonce = parameters["nonce"], !nonce.isEmpty else { return nil }
    let opaque = parameters["opaque"]
    let texts = [realm, nonce, opaque ?? ""]
    // They come back in quotation marks: nothing that would end them, or the line.
    guard
      texts.allSatisfy({ text in
        text.utf8.count <= Self.textLimit
          && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F }
      })
    else { return nil }
    if let algorithm = parameters["algorithm"], algorithm.lowercased() != "md5" { return nil }
    hasQualityOfProtection = false
    if let offered = parameters["qop"], !offered.isEmpty {
      let kinds = offered.lowercased().split { $0 == "," || $0 == " " }
      guard kinds.contains("auth") else { return nil }
      hasQualityOfProtection = true
    }
    self.realm = realm
    self.nonce = nonce
    self.opaque = opaque
    isStale = parameters["stale"]?.lowercased() == "true"
  }
}

/// `name=value, name="quoted value"`.
struct ChallengeParameters {
  private var values: [String: String] = [:]

  init(_ text: Substring) {
    var rest = text.utf8
    func take(while condition: (UInt8) -> Bool) -> [UInt8] {
      let part = rest.prefix(while: condition)
      rest = rest[part.endIndex...]
      return Array(part)
    }
    while !rest.isEmpty, values.count < 16 {
      _ = take { $0 == 0x20 || $0 == 0x09 || $0 == 0x2C }
      let name = take { $0 != 0x3D && $0 != 0x2C && $0 != 0x20 && $0 != 0x09 }
      _ = take { $0 == 0x20 || $0 == 0x09 }
      guard rest.first == 0x3D else { continue }
      rest = rest.dropFirst()
      _ = take { $0 == 0x20 || $0 == 0x09 }
      var value: [UInt8] = []
      if rest.first == 0x22 {
        rest = rest.dropFirst()
        while let byte = rest.popFirst(), byte != 0x22 {
          if byte == 0x5C, let next = rest.popFirst() { value.append(next) } else { value.append(byte) }
        }
      } else {
        value = take { $0 != 0x2C && $0 != 0x20 && $0 != 0x09 }
      }
      let key = String(decoding: name, as: UTF8.self).lowercased()
      if values[key] == nil { values[key] = String(decoding: value, as: UTF8.self) }
    }
  }

  subscript(name: String) -> String? { values[name] }
}
