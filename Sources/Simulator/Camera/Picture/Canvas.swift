import Glibc

/// A picture in three planes, chroma at half the size (4:2:0). All drawing is made of row pieces, which are quick to
/// set even where the compiler does not optimise.
struct Canvas {
  let width: Int
  let height: Int
  /// Row after row; chroma rows are half as long and half as many.
  private(set) var luma: [UInt8]
  private(set) var u: [UInt8]
  private(set) var v: [UInt8]

  /// - Parameters: even numbers.
  init(width: Int, height: Int, _ color: PictureColor = .black) {
    self.width = width
    self.height = height
    luma = [UInt8](repeating: color.y, count: width * height)
    u = [UInt8](repeating: color.u, count: width * height / 4)
    v = [UInt8](repeating: color.v, count: width * height / 4)
  }

  /// Parts outside the picture are left out.
  mutating func fill(x: Int, y: Int, width: Int, height: Int, _ color: PictureColor) {
    let left = max(x, 0)
    let right = min(x + width, self.width)
    let top = max(y, 0)
    let bottom = min(y + height, self.height)
    guard left < right, top < bottom else { return }
    Self.set(&luma, color.y, stride: self.width, left..<right, top..<bottom)
    let columns = left / 2..<(right + 1) / 2
    let rows = top / 2..<(bottom + 1) / 2
    Self.set(&u, color.u, stride: self.width / 2, columns, rows)
    Self.set(&v, color.v, stride: self.width / 2, columns, rows)
  }

  private static func set(
    _ plane: inout [UInt8], _ value: UInt8, stride: Int, _ columns: Range<Int>, _ rows: Range<Int>
  ) {
    plane.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      for row in rows { memset(base + row * stride + columns.lowerBound, Int32(value), columns.count) }
    }
  }

  /// Capital letters, figures and a few signs, each dot `scale` pixels wide; what is not known is a blank.
  mutating func write(_ text: String, x: Int, y: Int, scale: Int, _ color: PictureColor) {
    var left = x
    for character in text.uppercased().utf8 {
      for (column, dots) in Glyphs.columns(character).enumerated() {
        for row in 0..<Glyphs.height where dots >> row & 1 == 1 {
          fill(x: left + column * scale, y: y + row * scale, width: scale, height: scale, color)
        }
      }
      left += Glyphs.advance * scale
    }
  }
}
