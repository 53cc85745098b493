/// What a client says in CONNECT (OASIS MQTT 3.1.1, section 3.1).
struct ConnectRequest {
  var protocolName: String
  var level: UInt8
  var cleanSession: Bool
  var clientID: String
  var username: String?
  var password: [UInt8]?
  private var flags: UInt8
  private var will: (topic: [UInt8], message: [UInt8])?

  init?(_ packet: MQTTPacket) {
    var reader = MQTTReader(packet.body)
    guard packet.kind == .connect, let name = reader.text(), let level = reader.byte(), let flags = reader.byte(),
      reader.number() != nil, let clientID = reader.text()
    else { return nil }
    protocolName = name
    self.level = level
    self.flags = flags
    cleanSession = flags & 0x02 != 0
    self.clientID = clientID
    if flags & 0x04 != 0 {
      guard let topic = reader.field(), let message = reader.field() else { return nil }
      will = (topic, message)
    }
    if flags & 0x80 != 0 {
      guard let text = reader.text() else { return nil }
      username = text
    }
    if flags & 0x40 != 0 {
      guard let bytes = reader.field() else { return nil }
      password = bytes
    }
  }

  /// The same request as the broker behind gets it: its own name for the client, as one broker stands for many
  /// printers; no credentials; and no keep-alive, as printers never enforce it (protocol sheet, section 3.1).
  func forwarded(clientID: String) -> MQTTPacket {
    var body: [UInt8] = []
    body.appendMQTT("MQTT")
    body.append(4)
    body.append(flags & 0x3E)
    body.appendMQTT(UInt16(0))
    body.appendMQTT(clientID)
    if let will {
      body.appendMQTT(bytes: will.topic)
      body.appendMQTT(bytes: will.message)
    }
    return MQTTPacket(.connect, body: body)
  }
}

/// The topic and what follows in a PUBLISH (section 3.3).
struct PublishFields {
  var topic: String
  /// Nil at QoS 0.
  var packetID: UInt16?
  var payload: [UInt8]

  init?(_ packet: MQTTPacket) {
    var reader = MQTTReader(packet.body)
    guard packet.kind == .publish, let topic = reader.text() else { return nil }
    self.topic = topic
    if packet.first & 0x06 != 0 {
      guard let id = reader.number() else { return nil }
      packetID = id
    }
    payload = reader.rest
  }
}

/// The filters of a SUBSCRIBE (section 3.8).
struct SubscribeFields {
  var filters: [String] = []

  init?(_ packet: MQTTPacket) {
    var reader = MQTTReader(packet.body)
    guard packet.kind == .subscribe, reader.number() != nil else { return nil }
    while !reader.isAtEnd {
      guard let filter = reader.text(), reader.byte() != nil else { return nil }
      filters.append(filter)
    }
  }
}
