import COpenSSL

/// The RTSP kind: Digest, one H.264 track over the same connection, in real time and without end (protocol sheet,
/// section 5.2). Confined to its thread.
final class RTSPSession {
  static let path = "/streaming/live/1"
  static let user = "bblp"

  let channel: CameraChannel
  let state: CameraState
  private let id: Int
  private var reader = RTSPReader()
  private var digest = DigestCheck()
  private var wasStale = false
  private var isAdmitted = false
  private var sessionID: String?
  private var lastHeard = Poller.monotonicSeconds()
  /// What SETUP prepared; its writer is the one that DESCRIBE told of.
  private var stream: VideoStream?
  private var writer: VideoWriter?

  init(channel: CameraChannel, state: CameraState, id: Int) {
    self.channel = channel
    self.state = state
    self.id = id
  }

  func serve() {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let limit = lastHeard + (isAdmitted ? state.settings.sessionSeconds : CameraSession.patience)
      switch channel.receive(into: &chunk, until: min(stream?.due ?? limit, limit)) {
      case .ended: return
      case .bytes(let count):
        guard handle(chunk[..<count]) else { return }
      case .nothing:
        if Poller.monotonicSeconds() >= limit { return }
      }
      guard sendPicture() else { return }
    }
  }

  private func sendPicture() -> Bool {
    guard stream != nil, Poller.monotonicSeconds() >= stream?.due ?? .infinity else { return true }
    return stream?.send(to: channel, state) ?? true
  }

  // MARK: Requests; false ends the connection

  private func handle(_ bytes: ArraySlice<UInt8>) -> Bool {
    // A camera that stalls hears nothing either.
    if stream?.isPlaying == true, [.stall, .stallMidPicture].contains(state.settings.fault) { return true }
    reader.append(bytes)
    while true {
      let request: RTSPRequest
      do {
        guard let next = try reader.next() else { return true }
        request = next
      } catch {
        _ = answer(nil, 400, "Bad Request")
        return false
      }
      lastHeard = Poller.monotonicSeconds()
      state.count { $0.requests[request.method, default: 0] += 1 }
      guard answer(request) else { return false }
    }
  }

  private func answer(_ request: RTSPRequest) -> Bool {
    let methods = "OPTIONS, DESCRIBE, SETUP, TEARDOWN, PLAY, GET_PARAMETER"
    if request.method == "OPTIONS" { return answer(request, 200, "OK", ["Public: \(methods)"]) }
    if let refusal = refusal(of: request) { return refusal }
    let isTrack = request.path == Self.path + "/track1"
    guard request.path == Self.path || isTrack else { return answer(request, 404, "Stream Not Found") }
    if request.method != "DESCRIBE", request.method != "SETUP" {
      let isKnown = sessionID != nil && request.headers["session"]?.prefix { $0 != ";" } == sessionID?[...]
      guard isKnown, state.settings.fault != .sessionNotFound else { return answer(request, 454, "Session Not Found") }
    }
    switch request.method {
    case "DESCRIBE": return describe(request)
    case "SETUP": return setUp(request, isTrack: isTrack)
    case "PLAY":
      stream?.play()
      let track = "url=\(request.url)/track1;seq=\(stream?.firstSequence ?? 0);rtptime=\(stream?.firstTimestamp ?? 0)"
      return answer(request, 200, "OK", ["Range: npt=0.000-", session, "RTP-Info: \(track)"])
    case "GET_PARAMETER": return answer(request, 200, "OK", [session])
    case "TEARDOWN":
      _ = answer(request, 200, "OK")
      return false
    default: return answer(request, 405, "Method Not Allowed", ["Allow: \(methods)"])
    }
  }

  /// Asks for the access code where it is missing, wrong, or stale; nil where all is well.
  private func refusal(of request: RTSPRequest) -> Bool? {
    var verdict = digest.verdict(on: request, user: Self.user, password: state.accessCode)
    if verdict == .right, state.settings.fault == .refuseAccessCode { verdict = .wrong }
    if verdict == .right, state.settings.fault == .staleNonce, !wasStale {
      wasStale = true
      verdict = .stale
    }
    guard verdict == .right else {
      if verdict == .wrong { state.count { $0.authenticationFailures += 1 } }
      let challenge = digest.challenge(isStale: verdict == .stale)
      return answer(request, 401, "Unauthorized", ["WWW-Authenticate: \(challenge)"])
    }
    if !isAdmitted {
      guard state.serves(id) else {
        _ = answer(request, 453, "Not Enough Bandwidth")
        return false
      }
      isAdmitted = true
    }
    return nil
  }

  private func describe(_ request: RTSPRequest) -> Bool {
    let settings = state.settings
    let fresh = VideoWriter(size: settings.size ?? .small, framesPerSecond: settings.framesPerSecond ?? 10)
    writer = fresh
    let text = StreamDescription.text(fresh)
    let headers = ["Content-Base: \(request.url)/", "Content-Type: application/sdp"]
    return answer(request, 200, "OK", headers, body: text)
  }

  private func setUp(_ request: RTSPRequest, isTrack: Bool) -> Bool {
    let transport = request.headers["transport"] ?? ""
    guard isTrack, let writer else { return answer(request, 455, "Method Not Valid in This State") }
    guard transport.contains("RTP/AVP/TCP"), let channel = Self.channel(transport) else {
      return answer(request, 461, "Unsupported Transport")
    }
    var random = [UInt8](repeating: 0, count: 10)
    RAND_bytes(&random, Int32(random.count))
    sessionID = random[..<4].map { String($0, radix: 16, uppercase: true) }.joined()
    let source = random[4..<8].reduce(0) { $0 << 8 | UInt32($1) }
    let sequence = UInt16(random[8]) << 8 | UInt16(random[9])
    stream = VideoStream(writer: writer, source: source, channel: channel, firstSequence: sequence)
    let text = "RTP/AVP/TCP;unicast;interleaved=\(channel)-\(channel + 1);ssrc=" + String(source, radix: 16)
    return answer(request, 200, "OK", ["Transport: \(text)", session])
  }

  /// The first of the two channels that a Transport header names; 0 without.
  private static func channel(_ transport: String) -> UInt8? {
    guard let range = transport.firstRange(of: "interleaved=") else { return 0 }
    guard let number = UInt8(transport[range.upperBound...].prefix { $0.isNumber }), number < 254 else { return nil }
    return number
  }

  private var session: String { "Session: \(sessionID ?? "");timeout=\(Int(state.settings.sessionSeconds.rounded()))" }

  private func answer(
    _ request: RTSPRequest?, _ code: Int, _ reason: String, _ headers: [String] = [], body: String = ""
  ) -> Bool {
    var lines = ["RTSP/1.0 \(code) \(reason)"]
    if let request { lines.append("CSeq: \(request.sequence)") }
    lines += headers
    if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
    return channel.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)[...])
  }
}
