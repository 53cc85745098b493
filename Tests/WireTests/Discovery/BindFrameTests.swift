import Model
import Testing
import Wire

@Suite struct BindFrameTests {
  /// Feeds a fresh decoder; nil when it refuses.
  private func decode(_ chunks: [[UInt8]]) -> [[UInt8]]? {
    var decoder = BindFrameDecoder()
    var payloads: [[UInt8]] = []
    for chunk in chunks {
      guard let new = try? decoder.append(chunk) else { return nil }
      payloads += new
    }
    return payloads
  }

  @Test func aFrameIsBeginningLengthPayloadEnd() {
    #expect(BindFrame.encode(Array("{}".utf8)) == [0xA5, 0xA5, 8, 0, 0x7B, 0x7D, 0xA7, 0xA7])
    #expect(BindFrame.encode([UInt8](repeating: 0x20, count: 4091)) == nil)
    #expect(BindFrame.encode([UInt8](repeating: 0x20, count: 4090))?.count == 4096)
  }

  @Test func framesAreFoundHoweverTheBytesAreCut() throws {
    let first = Array("{\"a\":1}".utf8)
    let second = [UInt8](repeating: 0x31, count: 300)
    let stream = try #require(BindFrame.encode(first)) + (try #require(BindFrame.encode(second)))
    #expect(decode([stream]) == [first, second])
    #expect(decode(stream.map { [$0] }) == [first, second])
    for cut in 1..<stream.count { #expect(decode([Array(stream[..<cut]), Array(stream[cut...])]) == [first, second]) }
  }

  @Test(
    arguments: [
      ([0x16, 0x03, 0x03, 0x00], BindFrameError.noBeginning), ([0xA5, 0xA6], .noBeginning),
      ([0xA5, 0xA5, 5, 0], .length(5)), ([0xA5, 0xA5, 0xFF, 0xFF], .length(65535)),
      ([0xA5, 0xA5, 7, 0, 0x20, 0xA7, 0xA6], .noEnd),
    ] as [([UInt8], BindFrameError)])
  func whatIsNoFrameBreaksTheStream(bytes: [UInt8], error: BindFrameError) {
    var decoder = BindFrameDecoder()
    #expect(throws: error) { try decoder.append(bytes) }
    #expect(throws: error) { try decoder.append([0xA5, 0xA5, 6, 0, 0xA7, 0xA7]) }
  }

  @Test func theRequestAsksForDetection() throws {
    #expect(
      try json(BindDetect.request()) == ["login": ["command": "detect", "sequence_id": "20000"]])
  }

  @Test func theAnswerNamesThePrinter() throws {
    let answer = #"""
      {"login":{"bind":"free","command":"detect","connect":"lan","dev_cap":1,"id":"01P00A3C0500123","model":"C12",
      "name":"Workshop","sequence_id":3021,"version":"01.07.00.00"}}
      """#
    let found = try #require(BindDetect.announcement(Array(answer.utf8), address: HostName("192.168.50.21")))
    #expect(found.serial.text == "01P00A3C0500123" && found.model == .p1s && found.name == "Workshop")
    #expect(found.binding == "free" && found.connection == "lan" && found.firmware == "01.07.00.00")
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"login":{"command":"bind","id":"01P00A3C0500123"}}"#, #"{"login":{"command":"detect"}}"#,
  ])
  func otherAnswersAreNone(text: String) throws {
    #expect(BindDetect.announcement(Array(text.utf8), address: try HostName("192.168.50.21")) == nil)
  }
}
