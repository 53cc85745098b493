import Model
import Wire

/// What an RTSP server sends, for tests: heads, and H.264 in RTP.
enum VideoStream {
  static let sequenceParameters: [UInt8] = [0x67, 0x42, 0xC0, 0x1E, 0xDA, 0x02]
  static let pictureParameters: [UInt8] = [0x68, 0xCE, 0x3C, 0x80]

  static func nal(_ kind: UInt8, _ count: Int) -> [UInt8] {
    [0x60 | kind] + (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ Int(kind)) }
  }

  static func rtp(
    _ sequence: UInt16, time: UInt32, marker: Bool, payload: [UInt8], type: UInt8 = 96
  ) -> [UInt8] {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: time >> UInt32(24 - 8 * $0)) }
    return [0x80, (marker ? 0x80 : 0) | type, UInt8(sequence >> 8), UInt8(sequence & 0xFF)] + bytes + [1, 2, 3, 4]
      + payload
  }

  static func packet(_ sequence: UInt16, time: UInt32, marker: Bool, _ payload: [UInt8]) -> RTPPacket? {
    RTPPacket(rtp(sequence, time: time, marker: marker, payload: payload))
  }

  /// One NAL unit as fragments of so many bytes.
  static func fragments(_ nal: [UInt8], of size: Int) -> [[UInt8]] {
    var rest = nal.dropFirst()
    var fragments: [[UInt8]] = []
    while !rest.isEmpty {
      let part = rest.prefix(size)
      rest = rest.dropFirst(size)
      let marks: UInt8 = (fragments.isEmpty ? 0x80 : 0) | (rest.isEmpty ? 0x40 : 0)
      fragments.append([nal[0] & 0xE0 | 28, marks | nal[0] & 0x1F] + part)
    }
    return fragments
  }

  static func together(_ nals: [[UInt8]]) -> [UInt8] {
    [0x78] + nals.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
  }

  static func interleaved(_ packet: [UInt8], channel: UInt8 = 0) -> [UInt8] {
    [0x24, channel, UInt8(packet.count >> 8), UInt8(packet.count & 0xFF)] + packet
  }

  /// The NAL units of an access unit without its parameter sets and delimiters.
  static func pictures(in unit: H264AccessUnit) -> [[UInt8]] {
    var nals: [[UInt8]] = []
    var rest = unit.bytes[...]
    while rest.starts(with: [0, 0, 0, 1]) {
      rest = rest.dropFirst(4)
      var end = rest.startIndex
      while end < rest.endIndex, !rest[end...].starts(with: [0, 0, 0, 1]) { end += 1 }
      nals.append(Array(rest[..<end]))
      rest = rest[end...]
    }
    return nals.filter { ![7, 8, 9].contains($0[0] & 0x1F) }
  }

  static func address() throws -> RTSPAddress {
    RTSPAddress(
      isEncrypted: true, host: try HostName("192.0.2.7"), port: .rtspCamera, path: "/streaming/live/1")
  }

  /// A server's whole side of a conversation: asked for the password, described, set up, playing.
  static func conversation(pictures: Int = 3) -> [UInt8] {
    let description =
      "v=0\r\ns=x\r\na=control:*\r\nm=audio 0 RTP/AVP 97\r\na=control:sound\r\nm=video 0 RTP/AVP 96\r\n"
      + "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LAHtoC,aM48gA==\r\n"
      + "a=control:track1\r\n"
    var bytes: [UInt8] = []
    func say(_ text: String) { bytes += Array(text.utf8) }
    say("RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm=\"cam\", nonce=\"n1\"\r\n\r\n")
    say("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Base: rtsps://10.9.9.9:322/streaming/live/1/\r\n")
    say("Content-Length: \(description.utf8.count)\r\n\r\n\(description)")
    say("RTSP/1.0 200 OK\r\nCSeq: 3\r\nSession: ABCD;timeout=40\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n")
    say("RTSP/1.0 200 OK\r\nCSeq: 4\r\nSession: ABCD\r\n\r\n")
    var sequence: UInt16 = 65_530
    for picture in 0..<pictures {
      let kind: UInt8 = picture == 0 ? 5 : 1
      let parts = fragments(nal(kind, 100 + picture), of: 30)
      for (index, part) in parts.enumerated() {
        let isLast = index == parts.count - 1
        bytes += interleaved(rtp(sequence, time: UInt32(picture) * 3000, marker: isLast, payload: part))
        sequence &+= 1
      }
      bytes += interleaved([0x80, 200, 0, 6], channel: 1)
    }
    return bytes
  }
}
