package import Model

/// Takes out of texts that leave the board what is nobody's business: secrets become dots, the printers' serial numbers
/// and addresses what tells one from the other. A second lock: no secret is written into such a text in the first place.
package struct SupportMask: Sendable {
  /// Shorter ones would tear words that have nothing to do with them.
  private static let shortest = 4

  private let words: [(bytes: [UInt8], shown: [UInt8])]

  package init(printers: [PrinterIdentity], secrets: [Secret]) {
    var words: [(String, String)] = secrets.map { ($0.exposed, "•••") }
    for printer in printers {
      words.append((printer.serial.text, Self.serial(printer.serial)))
      words.append((printer.host.text, "<address of printer \(printer.id)>"))
    }
    // The longest first: one may hold another.
    self.words = words.filter { $0.0.utf8.count >= Self.shortest }.sorted { $0.0.utf8.count > $1.0.utf8.count }
      .map { (Array($0.0.utf8), Array($0.1.utf8)) }
  }

  /// The three characters that tell the model.
  package static func serial(_ serial: SerialNumber) -> String { "\(serial.text.prefix(3))…" }

  package func masked(_ text: [UInt8]) -> [UInt8] {
    words.reduce(text) { text, word in Self.replacing(word.bytes, in: text, by: word.shown) }
  }

  private static func replacing(_ word: [UInt8], in text: [UInt8], by shown: [UInt8]) -> [UInt8] {
    guard let first = word.first, text.count >= word.count else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == first, index + word.count <= text.count, text[index..<(index + word.count)].elementsEqual(word)
      {
        result += shown
        index += word.count
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }
}
