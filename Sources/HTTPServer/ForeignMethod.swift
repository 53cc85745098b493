import NIOCore

/// A method that nobody here knows. The decoder ends the connection at one, but HTTP wants the resource to say which methods
/// it has (RFC 9110, section 15.5.6): so the decoder is told of another method that no resource has.
enum ForeignMethod {
  private static let longest = 32
  private static let stand = "TRACE"
  /// What the decoder is to see as it is: what it knows and somebody uses, and the preface of HTTP/2.
  private static let known: Set<String> = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "PRI", stand,
  ]

  /// The method at the beginning of a request, which `TRACE` has replaced; nil for those that stay.
  static func replaced(in slice: inout ByteBuffer) -> String? {
    let view = slice.readableBytesView
    guard let space = view.prefix(longest + 1).firstIndex(of: 0x20), isMethod(view[..<space]) else { return nil }
    let name = String(decoding: view[..<space], as: UTF8.self)
    guard !known.contains(name) else { return nil }
    var rest = slice
    rest.moveReaderIndex(forwardBy: space - view.startIndex)
    var told = ByteBuffer(string: stand)
    told.writeBuffer(&rest)
    slice = told
    return name
  }

  /// Begins with a capital letter, and has no small ones: what else looks like a method is no HTTP.
  private static func isMethod(_ bytes: some Collection<UInt8>) -> Bool {
    guard let first = bytes.first, (0x41...0x5A).contains(first) else { return false }
    return bytes.allSatisfy { byte in
      switch byte {
      case 0x41...0x5A, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "_"): true
      default: false
      }
    }
  }
}
