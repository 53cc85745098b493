/// A colour as luma and two chromas, as JPEG and H.264 both store it (BT.601; 16 to 235, so that no byte of a drawn
/// picture is ever 0).
struct PictureColor: Hashable, Sendable {
  var y: UInt8
  var u: UInt8
  var v: UInt8

  init(y: UInt8, u: UInt8 = 128, v: UInt8 = 128) {
    self.y = y
    self.u = u
    self.v = v
  }

  init(red: Int, green: Int, blue: Int) {
    y = Self.level(16 + (66 * red + 129 * green + 25 * blue) / 256)
    u = Self.level(128 + (112 * blue - 38 * red - 74 * green) / 256)
    v = Self.level(128 + (112 * red - 94 * green - 18 * blue) / 256)
  }

  /// RRGGBB or RRGGBBAA as trays report it; nil when it is neither.
  init?(hexadecimal text: String) {
    guard text.utf8.count == 6 || text.utf8.count == 8, let value = Int(text.prefix(6), radix: 16) else { return nil }
    self.init(red: value >> 16 & 255, green: value >> 8 & 255, blue: value & 255)
  }

  /// Brighter or darker by so much, within the range.
  func lit(by amount: Int) -> PictureColor { PictureColor(y: Self.level(Int(y) + amount), u: u, v: v) }

  private static func level(_ value: Int) -> UInt8 { UInt8(min(max(value, 16), 235)) }

  static let black = PictureColor(y: 16)
  static let deepBlack = PictureColor(y: 3)
  static let white = PictureColor(y: 225)
}
