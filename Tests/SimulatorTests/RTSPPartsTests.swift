import Testing

@testable import Simulator

@Suite("What the RTSP camera is made of")
struct RTSPPartsTests {
  @Test("A request is read however its bytes are cut, between interleaved frames and with a body")
  func requests() throws {
    let text = "GET_PARAMETER rtsp://a/streaming/live/1/ RTSP/1.0\r\nCSeq: 7\r\nContent-Length: 2\r\n\r\nab"
    let bytes: [UInt8] = [0x24, 1, 0, 3, 1, 2, 3] + Array(text.utf8) + [0x24, 1, 0, 0] + Array(text.utf8)
    for size in [1, 3, 17, bytes.count] {
      var reader = RTSPReader()
      var found: [RTSPRequest] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        reader.append(bytes[start..<min(start + size, bytes.count)])
        while let request = try reader.next() { found.append(request) }
      }
      #expect(found.count == 2)
      #expect(found.allSatisfy { $0.method == "GET_PARAMETER" && $0.sequence == "7" && $0.path == "/streaming/live/1" })
    }
  }

  @Test(
    "What is no request, or too long, is refused",
    arguments: [
      "GET / HTTP/1.1\r\n\r\n", "OPTIONS\r\n\r\n", "OPTIONS * RTSP/1.0\r\nno colon\r\n\r\n",
      "OPTIONS * RTSP/1.0\r\nContent-Length: -1\r\n\r\n", "OPTIONS * RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n",
      String(repeating: "a", count: 20_000),
    ])
  func malformed(text: String) {
    var reader = RTSPReader()
    reader.append(Array(text.utf8)[...])
    #expect(throws: RTSPReader.Malformed.self) { _ = try reader.next() }
  }

  @Test("Digest: RFC 2617's arithmetic; another user, code, method or address does not fit")
  func digest() {
    #expect(DigestCheck.md5("abc") == "900150983cd24fb0d6963f7d28e17f72")
    var check = DigestCheck()
    _ = check.challenge(isStale: false)
    let url = "rtsp://127.0.0.1/streaming/live/1"
    func request(_ method: String, user: String = "bblp", code: String = "12345678", uri: String = url) -> RTSPRequest {
      let secret = DigestCheck.md5("\(user):\(DigestCheck.realm):\(code)")
      let response = DigestCheck.md5("\(secret):\(check.nonce):" + DigestCheck.md5("DESCRIBE:\(uri)"))
      let header =
        "Digest username=\"\(user)\", realm=\"\(DigestCheck.realm)\", nonce=\"\(check.nonce)\", uri=\"\(uri)\", response=\"\(response)\""
      return RTSPRequest(method: method, url: url, headers: ["authorization": header])
    }
    func verdict(_ request: RTSPRequest) -> DigestCheck.Verdict {
      check.verdict(on: request, user: "bblp", password: "12345678")
    }
    let right = request("DESCRIBE")
    #expect(verdict(right) == .right)
    #expect(verdict(request("PLAY")) == .wrong)
    #expect(verdict(request("DESCRIBE", user: "root")) == .wrong)
    #expect(verdict(request("DESCRIBE", code: "87654321")) == .wrong)
    #expect(verdict(request("DESCRIBE", uri: "rtsp://127.0.0.1/other")) == .wrong)
    #expect(verdict(RTSPRequest(method: "DESCRIBE", url: url)) == .absent)
    _ = check.challenge(isStale: true)
    #expect(verdict(right) == .stale)
  }

  @Test("No NAL unit holds a start code")
  func escapes() {
    var writer = BitWriter(header: 0x67)
    for _ in 0..<40 { writer.bits(0, 8) }
    writer.bits(1, 8)
    writer.trail()
    for index in 2..<writer.bytes.count {
      #expect(!(writer.bytes[index - 2] == 0 && writer.bytes[index - 1] == 0 && writer.bytes[index] < 3))
    }
  }

  @Test("Large units are fragments that put together are the unit; the last bears the marker")
  func fragments() {
    var packets = PacketWriter(source: 1, channel: 0, firstSequence: 65_535)
    let unit: [UInt8] = [0x65] + (0..<5000).map { UInt8($0 % 251) }
    packets.write(unit, timestamp: 9)
    let frames = packets.take()
    var together: [UInt8] = []
    for (index, frame) in frames.enumerated() {
      #expect(frame.count == 4 + Int(frame[2]) << 8 + Int(frame[3]))
      #expect((frame[5] & 0x80 != 0) == (index == frames.count - 1))
      #expect((frame[17] & 0x80 != 0) == (index == 0))
      if index == 0 { together.append(frame[16] & 0xE0 | frame[17] & 0x1F) }
      together += frame[18...]
    }
    #expect(together == unit && frames.count == 4)
  }
}
