package import Model

/// What a client says to the JPEG camera on port 6000, once, after the TLS handshake (protocol sheet, section 5.1).
package enum CameraLogin {
  package static let size = 80

  /// Four little-endian words, then user name and access code in 32 bytes each, zero padded.
  package static func packet(accessCode: AccessCode) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    let words: [UInt32] = [0x40, 0x3000, 0, 0]
    for word in words {
      for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    for text in ["bblp", accessCode.secret.exposed] {
      bytes.append(contentsOf: text.utf8)
      while bytes.count % 32 != 16 { bytes.append(0) }
    }
    return bytes
  }
}
