import Testing

@testable import Simulator

@Suite("MQTT packets in a byte stream")
struct PacketSplitterTests {
  private let packets = [
    MQTTPacket(.pingreq),
    MQTTPacket.publish(topic: "device/X/report", payload: [UInt8](repeating: 0x41, count: 70_000)),
    MQTTPacket(.puback, body: [0, 1]),
  ]

  @Test("Packets come out whole, however the bytes arrive", arguments: [1, 2, 3, 1000, 1_000_000])
  func pieces(size: Int) throws {
    let stream = packets.flatMap(\.encoded)
    var splitter = MQTTPacketSplitter()
    var found: [MQTTPacket] = []
    for start in stride(from: 0, to: stream.count, by: size) {
      splitter.append(stream[start..<min(start + size, stream.count)])
      while let packet = try splitter.next() { found.append(packet) }
    }
    #expect(found.map(\.first) == packets.map(\.first))
    #expect(found.map(\.body) == packets.map(\.body))
  }

  @Test("A length of five bytes, or over the limit, is refused")
  func malformed() {
    var splitter = MQTTPacketSplitter(limit: 100)
    splitter.append([0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01])
    #expect(throws: MQTTPacketSplitter.Malformed.self) { _ = try splitter.next() }
    var short = MQTTPacketSplitter(limit: 100)
    short.append([0x30, 0x65])
    #expect(throws: MQTTPacketSplitter.Malformed.self) { _ = try short.next() }
  }

  @Test("CONNECT is forwarded with another name, without credentials and without keep-alive")
  func forwarded() throws {
    var body: [UInt8] = []
    body.appendMQTT("MQTT")
    body += [4, 0xC2, 0, 30]
    body.appendMQTT("me")
    body.appendMQTT("bblp")
    body.appendMQTT("12345678")
    let request = try #require(ConnectRequest(MQTTPacket(.connect, body: body)))
    #expect(request.username == "bblp" && request.password == Array("12345678".utf8) && request.cleanSession)
    let forwarded = try #require(ConnectRequest(request.forwarded(clientID: "S/me")))
    #expect(forwarded.clientID == "S/me" && forwarded.username == nil && forwarded.password == nil)
  }
}
