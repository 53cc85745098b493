/// Cuts a byte stream into MQTT packets, however the bytes arrive.
struct MQTTPacketSplitter {
  /// The stream is not MQTT: a length of more than four bytes, or a packet over the limit.
  struct Malformed: Error {}

  /// Bytes; a longer packet ends the connection.
  let limit: Int
  private var buffer: [UInt8] = []
  private var position = 0

  init(limit: Int = 32 << 20) { self.limit = limit }

  mutating func append(_ bytes: some Sequence<UInt8>) {
    if position > 0, position == buffer.count {
      buffer.removeAll(keepingCapacity: buffer.capacity < 1 << 20)
      position = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole packet; nil when more bytes are needed.
  mutating func next() throws(Malformed) -> MQTTPacket? {
    var length = 0
    var shift = 0
    var cursor = position + 1
    while true {
      guard cursor < buffer.count else { return nil }
      let byte = buffer[cursor]
      cursor += 1
      length |= Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 { break }
      shift += 7
      guard shift <= 21 else { throw Malformed() }
    }
    guard length <= limit else { throw Malformed() }
    guard buffer.count - cursor >= length else { return nil }
    let packet = MQTTPacket(first: buffer[position], body: Array(buffer[cursor..<cursor + length]))
    position = cursor + length
    if position > 1 << 16 {
      buffer.removeFirst(position)
      position = 0
    }
    return packet
  }
}
