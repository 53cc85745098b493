import NIOHTTP1

/// What the protocol demands of a request head beyond what NIO's decoder checks, as a pure function.
///
/// The decoder refuses by itself: both lengths, differing lengths, odd chunk sizes, a space before the colon,
/// folded fields, bare line feeds, control characters, overlong blocks. It accepts, and this refuses: no `Host` or
/// several, codings other than `chunked`, any coding in HTTP/1.0, and every target that is not ours to serve.
struct CheckedHead {
  enum BodyLength: Hashable {
    case known(Int)
    case chunked
  }

  var method: RequestMethod
  /// What an unsupported one is called.
  var foreignMethod: String?
  var target: RequestTarget
  var host: String?
  var minorVersion: Int
  var isKeepAlive: Bool
  var bodyLength: BodyLength
  var expectsContinue: Bool
  /// The decoder stops behind such a request: unless the switch is made, the connection must end with the answer.
  var asksForUpgrade: Bool

  /// - Parameter foreignMethod: what the decoder was not told (`ConnectionGate`).
  init(_ head: HTTPRequestHead, limits: HTTPLimits, foreignMethod: String? = nil) throws(HTTPFailure) {
    guard head.version.major == 1, head.version.minor <= 1 else { throw .version }
    guard head.uri.utf8.count <= limits.targetBytes else { throw .targetTooLong }
    minorVersion = head.version.minor
    method = RequestMethod(head.method)
    if method == .unsupported { self.foreignMethod = foreignMethod ?? head.method.rawValue }

    let fields = try Fields(head.headers)
    expectsContinue = false
    if let expectation = fields.expect, minorVersion == 1 {
      guard expectation.equalsIgnoringCase("100-continue") else { throw .expectationFailed }
      expectsContinue = true
    }
    bodyLength = try fields.bodyLength(minorVersion: minorVersion)
    asksForUpgrade = fields.hasUpgrade || head.method == .CONNECT
    isKeepAlive = minorVersion == 1 && head.isKeepAlive

    guard head.method != .CONNECT else { throw .notImplemented("CONNECT") }
    let (authority, rest) = try Self.split(head.uri, method: method)
    if minorVersion == 1, fields.hosts == 0 { throw .malformed("it names no host") }
    if let field = fields.host, !Self.isAuthority(field.utf8) { throw .malformed("its host is not valid") }
    // The authority of an absolute target overrules the field (RFC 9112, section 3.2.2).
    host = authority ?? fields.host
    do {
      target = try RequestTarget(parsing: rest)
    } catch {
      throw .malformed(error.text)
    }
  }

  /// Takes scheme and authority from an absolute target.
  private static func split(_ uri: String, method: RequestMethod) throws(HTTPFailure) -> (String?, Substring) {
    if uri.utf8.first == UInt8(ascii: "/") { return (nil, uri[...]) }
    if uri == "*" {
      guard method == .options else { throw .malformed("only OPTIONS may be about the whole server") }
      return (nil, uri[...])
    }
    let scheme = uri.prefix { $0 != ":" }
    guard scheme.equalsIgnoringCase("http") || scheme.equalsIgnoringCase("https"),
      uri[scheme.endIndex...].hasPrefix("://")
    else { throw .malformed("its target has an unknown form") }
    let rest = uri[uri.index(scheme.endIndex, offsetBy: 3)...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard isAuthority(authority.utf8) else { throw .malformed("its target names no valid host") }
    let path = rest[authority.endIndex...]
    return (String(authority), path.utf8.first == UInt8(ascii: "/") ? path : "/" + path)
  }

  /// Host and optional port by their characters; userinfo is refused (RFC 9110, section 4.2.4).
  private static func isAuthority(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.count <= 300
      && bytes.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"): true
        case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "%"): true
        default: false
        }
      }
  }
}

/// The fields that decide about framing and routing, gathered in one pass.
private struct Fields {
  var hosts = 0
  var host: String?
  var codings = 0
  var coding: String?
  var length: String?
  var expect: String?
  var hasUpgrade = false

  init(_ headers: HTTPHeaders) throws(HTTPFailure) {
    for (name, value) in headers {
      // By length first: most fields are none of these.
      switch name.utf8.count {
      case 4 where name.equalsIgnoringCase("host"):
        hosts += 1
        host = value
      case 6 where name.equalsIgnoringCase("expect"):
        guard expect == nil else { throw .expectationFailed }
        expect = value
      case 7 where name.equalsIgnoringCase("upgrade"):
        hasUpgrade = true
      case 14 where name.equalsIgnoringCase("content-length"):
        guard length == nil else { throw .malformed("it gives its length twice") }
        length = value
      case 17 where name.equalsIgnoringCase("transfer-encoding"):
        codings += 1
        coding = value
      default:
        break
      }
    }
    guard hosts <= 1 else { throw .malformed("it names several hosts") }
  }

  func bodyLength(minorVersion: Int) throws(HTTPFailure) -> CheckedHead.BodyLength {
    if let coding {
      // A proxy in front might read any of these another way: that is how requests are smuggled.
      guard minorVersion == 1 else { throw .malformed("HTTP/1.0 knows no transfer coding") }
      guard length == nil else { throw .malformed("it has both a length and a transfer coding") }
      guard codings == 1 else { throw .malformed("it names its transfer coding twice") }
      guard coding.equalsIgnoringCase("chunked") else { throw .notImplemented("A transfer coding besides chunked") }
      return .chunked
    }
    guard let length else { return .known(0) }
    guard length.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(length) else {
      throw .malformed("its length is not a number")
    }
    return .known(count)
  }
}

extension RequestMethod {
  init(_ method: HTTPMethod) {
    switch method {
    case .GET: self = .get
    case .HEAD: self = .head
    case .POST: self = .post
    case .PUT: self = .put
    case .PATCH: self = .patch
    case .DELETE: self = .delete
    case .OPTIONS: self = .options
    default: self = .unsupported
    }
  }
}

extension StringProtocol {
  /// Comparison of tokens, which are ASCII. `other` is in lower case.
  func equalsIgnoringCase(_ other: StaticString) -> Bool {
    guard utf8.count == other.utf8CodeUnitCount else { return false }
    var index = 0
    for byte in utf8 {
      let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
      guard lower == other.utf8Start[index] else { return false }
      index += 1
    }
    return true
  }

  /// Whether a comma-separated list holds a token, in lower case.
  func listContains(_ token: StaticString) -> Bool {
    split(separator: ",").contains { item in
      item.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }.equalsIgnoringCase(token)
    }
  }
}
