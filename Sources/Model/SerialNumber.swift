/// A printer's serial number: 8 to 24 capital letters and digits, case-sensitive in MQTT topics.
///
/// The makers' own are 15 characters long (protocol sheet, section 1.1); the range leaves room for new series.
package struct SerialNumber: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init(_ text: String, field: String = "serial_number") throws(InvalidValue) {
    let fits = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    guard (8...24).contains(text.utf8.count), fits else {
      throw InvalidValue(field, "must be 8 to 24 capital letters and digits, as the printer's screen shows it")
    }
    self.text = text
  }

  package var description: String { text }
}
