/// One MQTT 3.1.1 control packet: first byte and body (OASIS MQTT 3.1.1, section 2).
struct MQTTPacket {
  enum Kind: UInt8 {
    case connect = 1
    case connack, publish, puback, pubrec, pubrel, pubcomp, subscribe, suback, unsubscribe, unsuback
    case pingreq, pingresp, disconnect
  }

  var first: UInt8
  var body: [UInt8]

  var kind: Kind? { Kind(rawValue: first >> 4) }

  init(first: UInt8, body: [UInt8]) {
    self.first = first
    self.body = body
  }

  init(_ kind: Kind, flags: UInt8 = 0, body: [UInt8] = []) { self.init(first: kind.rawValue << 4 | flags, body: body) }

  /// The packet as it travels.
  var encoded: [UInt8] {
    var bytes = [first]
    bytes.reserveCapacity(body.count + 5)
    var length = body.count
    repeat {
      bytes.append(UInt8(length & 0x7F) | (length > 0x7F ? 0x80 : 0))
      length >>= 7
    } while length > 0
    bytes.append(contentsOf: body)
    return bytes
  }

  static func publish(topic: String, payload: [UInt8]) -> MQTTPacket {
    var body: [UInt8] = []
    body.reserveCapacity(payload.count + topic.utf8.count + 2)
    body.appendMQTT(topic)
    body.append(contentsOf: payload)
    return MQTTPacket(.publish, body: body)
  }
}

extension [UInt8] {
  mutating func appendMQTT(_ number: UInt16) {
    append(UInt8(number >> 8))
    append(UInt8(number & 0xFF))
  }

  mutating func appendMQTT(_ text: String) {
    appendMQTT(UInt16(truncatingIfNeeded: text.utf8.count))
    append(contentsOf: text.utf8)
  }

  mutating func appendMQTT(bytes: [UInt8]) {
    appendMQTT(UInt16(truncatingIfNeeded: bytes.count))
    append(contentsOf: bytes)
  }
}

/// Reads the fields of a packet's body, one after the other; nil where the body ends too early.
struct MQTTReader {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }
  var rest: [UInt8] { Array(bytes[position...]) }

  mutating func byte() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func number() -> UInt16? {
    guard let high = byte(), let low = byte() else { return nil }
    return UInt16(high) << 8 | UInt16(low)
  }

  mutating func field() -> [UInt8]? {
    guard let count = number(), position + Int(count) <= bytes.count else { return nil }
    defer { position += Int(count) }
    return Array(bytes[position..<position + Int(count)])
  }

  mutating func text() -> String? { field().map { String(decoding: $0, as: UTF8.self) } }
}
