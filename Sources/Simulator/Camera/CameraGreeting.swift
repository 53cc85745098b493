/// The 80 bytes with which a client asks for pictures (protocol sheet, section 5.1).
struct CameraGreeting {
  static let length = 80

  /// Whether every field is as it must be, and user and access code fit.
  static func isRight(_ packet: [UInt8], accessCode: String) -> Bool {
    var expected: [UInt8] = [0x40, 0, 0, 0, 0, 0x30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    expected += padded("bblp")
    expected += padded(accessCode)
    return packet == expected
  }

  private static func padded(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8.prefix(32))
    return bytes + [UInt8](repeating: 0, count: 32 - bytes.count)
  }
}
