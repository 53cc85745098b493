/// A picture from a file, as it lies there.
package struct Picture: Hashable, Sendable {
  package enum Kind: String, Sendable {
    case png = "image/png"
    case jpeg = "image/jpeg"
  }

  package var kind: Kind
  package var bytes: [UInt8]

  /// nil where the bytes begin like neither.
  init?(_ bytes: [UInt8]) {
    guard let kind = Self.kind(bytes) else { return nil }
    self.kind = kind
    self.bytes = bytes
  }

  static func isPicture(_ bytes: [UInt8]) -> Bool { kind(bytes) != nil }

  private static func kind(_ bytes: [UInt8]) -> Kind? {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    return bytes.starts(with: [0xFF, 0xD8, 0xFF]) ? .jpeg : nil
  }
}
