/// SHA-256 of a certificate's public key (SPKI), written as 64 lower-case hex digits.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
  package let hex: String

  package init(_ hex: String, field: String = "fingerprint") throws(InvalidValue) {
    let fits = hex.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard hex.utf8.count == 64, fits else { throw InvalidValue(field, "must be 64 lower-case hex digits (SHA-256)") }
    self.hex = hex
  }

  /// From the digest itself; nil unless it is 32 bytes long.
  package init?(digest: some Collection<UInt8>) {
    guard digest.count == 32 else { return nil }
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 0x0F)])
    }
    hex = String(decoding: text, as: UTF8.self)
  }

  /// The 32 bytes of the digest.
  package var bytes: [UInt8] {
    let digits = Array(hex.utf8).map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x61 + 10 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  package var description: String { hex }
}
