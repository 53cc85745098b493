import Wire

/// Pictures that slicers put into the comments of G-code, in Base64: the largest PNG is kept.
struct GcodeThumbnail {
  private(set) var largest: [UInt8]?
  private var open: [UInt8]?
  private var line: [UInt8] = []
  private let limit: Int

  /// - Parameter limit: bytes of a picture.
  init(limit: Int) { self.limit = limit }

  mutating func feed(_ bytes: some Collection<UInt8>) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        endLine()
      } else if line.count < 256 {
        line.append(byte)
      }
    }
  }

  private mutating func endLine() {
    defer { line.removeAll(keepingCapacity: true) }
    guard line.first == UInt8(ascii: ";") else { return }
    let text = Numbers.trimmed(String(decoding: line.dropFirst(), as: UTF8.self))
    if text.hasPrefix("thumbnail begin") {
      open = []
    } else if text.hasPrefix("thumbnail end") {
      if let open, let picture = Base64.decode(open), Picture.isPicture(picture), picture.count > largest?.count ?? 0 {
        largest = picture
      }
      open = nil
    } else if open != nil {
      open?.append(contentsOf: text.utf8)
      if let count = open?.count, count > limit / 3 * 4 { open = nil }
    }
  }
}
