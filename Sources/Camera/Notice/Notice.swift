import CJPEG
import NIOCore

/// Words as a picture, in place of one that is not there: light on dark, and grey.
struct Notice: Hashable, Sendable {
  /// Where no picture's size is known.
  static let usualSize = PictureSize(width: 640, height: 360)
  private static let quality: Int32 = 75
  /// A title of this many characters fills the width.
  private static let titleCharacters = 28

  var title: String
  var sentence: String
  var size: PictureSize

  /// Takes milliseconds, more for a very large picture, and the memory of one row.
  func draw() throws(JPEGError) -> ByteBuffer {
    var made = layerberry_jpeg_data()
    var canvas = NoticeCanvas(lines: lines(), width: size.width)
    let result = withUnsafeMutablePointer(to: &canvas) { canvas in
      layerberry_jpeg_draw(
        UInt32(clamping: size.width), UInt32(clamping: size.height), Self.quality,
        { context, y, row in
          guard let context, let row else { return }
          context.assumingMemoryBound(to: NoticeCanvas.self).pointee.fill(row, y: Int(y))
        }, canvas, &made)
    }
    try JPEGError.check(result)
    return JPEGPicture.buffer(taking: made)
  }

  /// The largest letters with which all of it fits.
  func lines() -> [NoticeLine] {
    let cell = BitmapFont.width + 1
    var scale = max(1, size.width / (cell * Self.titleCharacters))
    while true {
      let lines = lines(titleScale: scale, textScale: max(1, scale * 2 / 3))
      let bottom = lines.last.map { $0.y + BitmapFont.height * $0.scale } ?? 0
      if bottom + scale * 2 <= size.height || scale == 1 { return centred(lines, bottom: bottom) }
      scale -= 1
    }
  }

  private func lines(titleScale: Int, textScale: Int) -> [NoticeLine] {
    var lines: [NoticeLine] = []
    var y = 0
    for (text, scale) in [(title, titleScale), (sentence, textScale)] {
      let advance = (BitmapFont.width + 1) * scale
      let room = max(1, size.width / advance - 2)
      for line in Self.wrapped(text, at: room) {
        let width = line.count * advance - scale
        lines.append(NoticeLine(text: line, x: max(0, (size.width - width) / 2), y: y, scale: scale))
        y += (BitmapFont.height + 3) * scale
      }
      y += 3 * scale
    }
    return lines
  }

  private func centred(_ lines: [NoticeLine], bottom: Int) -> [NoticeLine] {
    let offset = max(0, (size.height - bottom) / 2)
    return lines.map { NoticeLine(text: $0.text, x: $0.x, y: $0.y + offset, scale: $0.scale) }
  }

  /// Lines of at most `room` characters, broken at spaces; a longer word is broken where it must be.
  static func wrapped(_ text: String, at room: Int) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    for word in text.unicodeScalars.split(separator: " ") {
      var rest = word.map { $0.isASCII ? UInt8(truncatingIfNeeded: $0.value) : UInt8(ascii: "?") }[...]
      if !line.isEmpty, line.count + 1 + rest.count > room {
        lines.append(line)
        line = []
      }
      if !line.isEmpty { line.append(UInt8(ascii: " ")) }
      while rest.count > room {
        lines.append(Array(rest.prefix(room)))
        rest = rest.dropFirst(room)
      }
      line += rest
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}

/// A line of text at its place, in dots of `scale` pixels.
struct NoticeLine: Hashable, Sendable {
  var text: [UInt8]
  var x: Int
  var y: Int
  var scale: Int
}

/// Gives out a notice row by row.
struct NoticeCanvas {
  static let ground: UInt8 = 30
  static let ink: UInt8 = 225

  let lines: [NoticeLine]
  let width: Int

  /// - Parameter row: `width` pixels.
  func fill(_ row: UnsafeMutablePointer<UInt8>, y: Int) {
    row.update(repeating: Self.ground, count: width)
    for line in lines where y >= line.y && y < line.y + BitmapFont.height * line.scale {
      let dotRow = (y - line.y) / line.scale
      var x = line.x
      for character in line.text {
        let dots = BitmapFont.row(dotRow, of: character)
        for column in 0..<BitmapFont.width where dots & (0x10 >> UInt8(column)) != 0 {
          let start = x + column * line.scale
          let count = min(line.scale, width - start)
          if count > 0 { (row + start).update(repeating: Self.ink, count: count) }
        }
        x += (BitmapFont.width + 1) * line.scale
      }
    }
  }
}
