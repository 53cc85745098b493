import Model

/// Shapes are told by their first bytes and not read: they are kept and shown.
enum Shapes {
  /// A binary STL has 80 bytes of anything, a count, and 50 bytes for each triangle.
  private static let headBytes = 84
  private static let triangleBytes = 50

  static func stl(head: [UInt8], size: Int) -> PrintFileFacts? {
    var facts = PrintFileFacts(kind: .stl)
    // Some binary files begin with "solid" too, so the size is asked first.
    if head.count >= headBytes {
      let count = Int(head.little(80, 4))
      if count > 0, size == headBytes + count * triangleBytes {
        facts.triangles = count
        return facts
      }
    }
    guard head.starts(with: Array("solid".utf8)) else { return nil }
    let text = String(decoding: head, as: UTF8.self)
    guard text.contains("facet") || text.contains("endsolid") else { return nil }
    facts.title = Numbers.label(text.prefix { !$0.isNewline }.dropFirst(5).description)
    return facts
  }

  static func step(head: [UInt8]) -> PrintFileFacts? {
    let mark = Array("ISO-10303-21;".utf8)
    let text = head.drop { $0 == 0x20 || (0x09...0x0D).contains($0) || [0xEF, 0xBB, 0xBF].contains($0) }
    return text.starts(with: mark) ? PrintFileFacts(kind: .step) : nil
  }
}
