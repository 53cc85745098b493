import COpenSSL

/// HTTP's Digest with MD5 and without `qop` (RFC 2617), as the printers' RTSP server demands it.
struct DigestCheck {
  enum Verdict { case right, wrong, stale, absent }

  static let realm = "LIVE555 Streaming Media"

  /// Changes with each refusal.
  private(set) var nonce = Self.makeNonce()
  private var earlierNonces: [String] = []

  /// The header's value with which a client is asked.
  mutating func challenge(isStale: Bool) -> String {
    earlierNonces = (earlierNonces + [nonce]).suffix(8)
    nonce = Self.makeNonce()
    return "Digest realm=\"\(Self.realm)\", nonce=\"\(nonce)\"" + (isStale ? ", stale=\"TRUE\"" : "")
  }

  func verdict(on request: RTSPRequest, user: String, password: String) -> Verdict {
    guard let header = request.headers["authorization"] else { return .absent }
    guard let fields = Self.fields(header), fields["username"] == user, fields["realm"] == Self.realm,
      let uri = fields["uri"], RTSPRequest.path(of: uri) == request.path, let given = fields["nonce"]
    else { return .wrong }
    guard given == nonce || earlierNonces.contains(given) else { return .wrong }
    let secret = Self.md5("\(user):\(Self.realm):\(password)")
    let right = Self.md5("\(secret):\(given):" + Self.md5("\(request.method):\(uri)"))
    guard fields["response"] == right else { return .wrong }
    return given == nonce ? .right : .stale
  }

  /// The header's fields by name; nil when it is no Digest.
  static func fields(_ header: String) -> [String: String]? {
    guard header.lowercased().hasPrefix("digest ") else { return nil }
    var fields: [String: String] = [:]
    var rest = header.dropFirst(7)
    while true {
      rest = rest.drop { $0 == " " || $0 == "," }
      guard !rest.isEmpty else { return fields }
      guard let equals = rest.firstIndex(of: "=") else { return nil }
      let name = rest[..<equals].lowercased()
      rest = rest[rest.index(after: equals)...]
      if rest.first == "\"" {
        rest = rest.dropFirst()
        guard let end = rest.firstIndex(of: "\"") else { return nil }
        fields[name] = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
      } else {
        let value = rest.prefix { $0 != "," }
        fields[name] = String(value)
        rest = rest.dropFirst(value.count)
      }
    }
  }

  /// In small hexadecimal figures.
  static func md5(_ text: String) -> String {
    var digest = [UInt8](repeating: 0, count: 16)
    let bytes = Array(text.utf8)
    EVP_Digest(bytes, bytes.count, &digest, nil, EVP_md5(), nil)
    return hexadecimal(digest)
  }

  private static func makeNonce() -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    RAND_bytes(&bytes, Int32(bytes.count))
    return hexadecimal(bytes)
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
