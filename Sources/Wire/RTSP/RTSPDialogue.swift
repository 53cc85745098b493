/// A client's side of one RTSP connection (RFC 2326): DESCRIBE, SETUP, PLAY, and from then on H.264 between the lines.
///
/// It has no socket and no clock: bytes in, requests and access units out.
package struct RTSPDialogue: Sendable {
  package enum Output: Hashable, Sendable {
    case send([UInt8])
    /// The stream begins; the session ends unless it hears of us within this many seconds.
    case playing(timeout: Int)
    case unit(H264AccessUnit)
  }

  private enum Step: String, Sendable {
    case describe = "DESCRIBE"
    case setup = "SETUP"
    case play = "PLAY"
    case parameter = "GET_PARAMETER"
    case options = "OPTIONS"
  }

  /// Seconds that a session lives without a word when the server says nothing (RFC 2326, section 12.37).
  static let defaultTimeout = 60

  private let address: RTSPAddress
  private var authenticator: Authenticator
  private var reader = RTSPReader()
  private var assembler = H264Assembler()

  private var sequence = 0
  private var step = Step.describe
  private var aggregate: RTSPAddress
  private var track: RTSPAddress
  private var payloadType: UInt8 = 0
  private var session: String?
  private var timeout = RTSPDialogue.defaultTimeout
  private var channel: UInt8 = 0
  private var isPlaying = false
  /// The server does not know GET_PARAMETER; OPTIONS keeps a session alive as well.
  private var prefersOptions = false

  package init(address: RTSPAddress, authenticator: Authenticator) {
    self.address = address
    self.authenticator = authenticator
    aggregate = address
    track = address
  }

  /// The first request.
  package mutating func begin() -> [UInt8] { request(.describe, address) }

  /// Keeps the session; to be sent at half of its timeout.
  package mutating func keepAlive() -> [UInt8] { request(prefersOptions ? .options : .parameter, aggregate) }

  /// Ends the session, where there is one: a printer has few of them (lessons, camera).
  package mutating func farewell() -> [UInt8]? {
    guard session != nil else { return nil }
    return line("TEARDOWN", aggregate, extra: [])
  }

  /// What these bytes amount to. After an error nothing more may be fed.
  package mutating func feed(_ bytes: ArraySlice<UInt8>) throws(RTSPFailure) -> [Output] {
    let events: [RTSPReader.Event]
    do throws(ResponseError) { events = try reader.feed(bytes) } catch { throw .unreadable }
    var outputs: [Output] = []
    for event in events {
      switch event {
      case .response(let head, let body): try answered(head, body, &outputs)
      case .packet(let channel, let bytes):
        // Control packets (RTCP) come on the other channel.
        guard isPlaying, channel == self.channel, let packet = RTPPacket(bytes), packet.payloadType == payloadType
        else { continue }
        for unit in assembler.take(packet) { outputs.append(.unit(unit)) }
      case .request: continue
      }
    }
    return outputs
  }

  private mutating func answered(
    _ head: ResponseHead, _ body: [UInt8], _ outputs: inout [Output]
  ) throws(RTSPFailure) {
    // An answer to what is no longer asked, or one on the way (1xx).
    if let number = head["cseq"], number != String(sequence) { return }
    guard head.status >= 200 else { return }
    switch head.status {
    case 200..<300: break
    case 401:
      guard authenticator.take(challenges: head.values(of: "www-authenticate")) else { throw .refused }
      outputs.append(.send(again()))
      return
    case 403: throw .refused
    case 404: throw .notFound
    case 453, 503: throw .busy
    case 454: throw .ended
    default:
      guard step == .parameter || step == .options else { throw .unreadable }
      prefersOptions = true
      return
    }
    authenticator.wasGranted()
    switch step {
    case .describe: outputs.append(.send(try described(head, body)))
    case .setup: outputs.append(.send(try setUp(head)))
    case .play:
      guard !isPlaying else { return }
      isPlaying = true
      outputs.append(.playing(timeout: timeout))
    case .parameter, .options: break
    }
  }

  private mutating func described(_ head: ResponseHead, _ body: [UInt8]) throws(RTSPFailure) -> [UInt8] {
    guard let description = SessionDescription(body) else { throw .noVideo }
    var base = address
    if let named = head["content-base"] ?? head["content-location"], SessionDescription.isAddress(named) {
      base = address.joined(named)
    }
    aggregate = base.joined(description.control ?? "*")
    track = base.joined(description.trackControl)
    payloadType = description.payloadType
    assembler = H264Assembler(parameterSets: description.parameterSets)
    return request(.setup, track)
  }

  private mutating func setUp(_ head: ResponseHead) throws(RTSPFailure) -> [UInt8] {
    guard let transport = head["transport"]?.lowercased(), transport.contains("tcp") else { throw .unreadable }
    for part in transport.split(separator: ";") where part.hasPrefix("interleaved=") {
      guard let number = UInt8(part.dropFirst(12).prefix { $0 != "-" && $0 != "," }) else { throw .unreadable }
      channel = number
    }
    let parts = (head["session"] ?? "").split(separator: ";")
    guard let name = parts.first, (1...256).contains(name.utf8.count), SessionDescription.isAddress(String(name)) else {
      throw .unreadable
    }
    session = String(name)
    for part in parts.dropFirst() {
      let words = part.split(separator: "=").map { $0.filter { $0 != " " }.lowercased() }
      if words.count == 2, words[0] == "timeout", let seconds = Int(words[1]), seconds > 0 {
        timeout = min(max(seconds, 2), 3600)
      }
    }
    return request(.play, aggregate)
  }

  /// The same request once more, now with an answer to the challenge.
  private mutating func again() -> [UInt8] {
    switch step {
    case .describe: request(step, address)
    case .setup: request(step, track)
    case .play, .parameter, .options: request(step, aggregate)
    }
  }

  private mutating func request(_ step: Step, _ target: RTSPAddress) -> [UInt8] {
    self.step = step
    let extra: [String] =
      switch step {
      case .describe: ["Accept: application/sdp"]
      case .setup: ["Transport: RTP/AVP/TCP;unicast;interleaved=0-1"]
      case .play: ["Range: npt=0.000-"]
      case .parameter, .options: []
      }
    return line(step.rawValue, target, extra: extra)
  }

  private mutating func line(_ method: String, _ target: RTSPAddress, extra: [String]) -> [UInt8] {
    sequence += 1
    var lines = ["\(method) \(target.text) RTSP/1.0", "CSeq: \(sequence)", "User-Agent: Layerberry"]
    if let session { lines.append("Session: \(session)") }
    if let answer = authenticator.authorization(method: method, target: target.text) {
      lines.append("Authorization: \(answer)")
    }
    return Array((lines + extra + ["", ""]).joined(separator: "\r\n").utf8)
  }
}

/// Why an RTSP connection gives no picture.
package enum RTSPFailure: Error, Hashable, Sendable {
  /// The password is wrong, or asked for in a way that would show it to others.
  case refused
  /// Nothing is at this path.
  case notFound
  /// There is no H.264 track.
  case noVideo
  case unreadable
  /// It serves as many as it can.
  case busy
  /// The session is over.
  case ended
}
