/// A statement put together of fixed pieces, with the values that belong to them: where filters come and go, and a value
/// can still not become part of the text.
package struct SQLText {
  private(set) var text = ""
  private(set) var values: [SQLValue] = []

  init(_ first: StaticString) { add(first) }

  mutating func add(_ piece: StaticString, _ values: SQLValue...) {
    if !text.isEmpty { text += " " }
    piece.withUTF8Buffer { text += String(decoding: $0, as: UTF8.self) }
    self.values += values
  }

  mutating func add(_ other: SQLText) {
    text += " " + other.text
    values += other.values
  }
}
