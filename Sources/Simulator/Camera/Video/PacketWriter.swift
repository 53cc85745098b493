/// Puts NAL units into RTP packets (RFC 6184, packetization mode 1) and those into RTSP's interleaved frames.
struct PacketWriter {
  /// Bytes of one packet's payload at most.
  static let payloadLimit = 1400
  static let payloadType: UInt8 = 96

  /// Each an interleaved frame, the oldest first.
  private(set) var frames: [[UInt8]] = []
  let source: UInt32
  let channel: UInt8
  private(set) var sequence: UInt16
  private(set) var packets: UInt32 = 0
  private(set) var octets: UInt32 = 0

  init(source: UInt32, channel: UInt8, firstSequence: UInt16) {
    self.source = source
    self.channel = channel
    sequence = firstSequence
  }

  /// The frames written since the last call.
  mutating func take() -> [[UInt8]] {
    defer { frames = [] }
    return frames
  }

  /// Several small units in one packet (STAP-A).
  mutating func writeTogether(_ units: [[UInt8]], timestamp: UInt32) {
    var payload: [UInt8] = [0x78]
    for unit in units {
      payload += [UInt8(truncatingIfNeeded: unit.count >> 8), UInt8(truncatingIfNeeded: unit.count)] + unit
    }
    write(payload[...], timestamp: timestamp, isLast: false)
  }

  /// One unit: in a packet of its own, or in fragments (FU-A). It ends its picture.
  mutating func write(_ unit: [UInt8], timestamp: UInt32) {
    guard unit.count > Self.payloadLimit else { return write(unit[...], timestamp: timestamp, isLast: true) }
    let indicator = unit[0] & 0xE0 | 28
    let kind = unit[0] & 0x1F
    let size = Self.payloadLimit - 2
    for start in stride(from: 1, to: unit.count, by: size) {
      let end = min(start + size, unit.count)
      let place: UInt8 = start == 1 ? 0x80 : end == unit.count ? 0x40 : 0
      write(([indicator, place | kind] + unit[start..<end])[...], timestamp: timestamp, isLast: end == unit.count)
    }
  }

  private mutating func write(_ payload: ArraySlice<UInt8>, timestamp: UInt32, isLast: Bool) {
    var packet: [UInt8] = [0x80, (isLast ? 0x80 : 0) | Self.payloadType]
    packet.reserveCapacity(payload.count + 16)
    packet.append(big: sequence)
    packet.append(big: timestamp)
    packet.append(big: source)
    packet += payload
    sequence &+= 1
    packets &+= 1
    octets &+= UInt32(payload.count)
    frames.append(Self.interleaved(packet, channel: channel))
  }

  /// A sender's report for the other channel: which moment of the day the timestamp is.
  func report(dayTime seconds: Double, timestamp: UInt32) -> [UInt8] {
    var packet: [UInt8] = [0x80, 200, 0, 6]
    packet.append(big: source)
    // Seconds since 1900.
    let whole = seconds.rounded(.down)
    packet.append(big: UInt32(truncatingIfNeeded: Int(whole) + 2_208_988_800))
    packet.append(big: UInt32((seconds - whole) * 4_294_967_295))
    packet.append(big: timestamp)
    packet.append(big: packets)
    packet.append(big: octets)
    return Self.interleaved(packet, channel: channel &+ 1)
  }

  private static func interleaved(_ packet: [UInt8], channel: UInt8) -> [UInt8] {
    var frame: [UInt8] = [UInt8(ascii: "$"), channel]
    frame.append(big: UInt16(packet.count))
    return frame + packet
  }
}

extension [UInt8] {
  mutating func append(big number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }
}
