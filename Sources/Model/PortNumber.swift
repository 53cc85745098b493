/// A TCP port, 1 to 65535.
package struct PortNumber: Hashable, Sendable, CustomStringConvertible {
  package let number: UInt16

  package init(_ number: Int, field: String) throws(InvalidValue) {
    guard let value = UInt16(exactly: number), value > 0 else { throw InvalidValue(field, "must be 1 to 65535") }
    self.number = value
  }

  private init(known number: UInt16) { self.number = number }

  package var description: String { String(number) }

  /// The printer's own broker (protocol sheet, section 3.1).
  package static let mqtt = PortNumber(known: 8883)
  /// Implicit FTPS (section 4).
  package static let ftps = PortNumber(known: 990)
  /// JPEG frames (section 5.1).
  package static let jpegCamera = PortNumber(known: 6000)
  /// RTSP over TLS (section 5.2).
  package static let rtspCamera = PortNumber(known: 322)
}
