import Model
import Testing
import Wire

@Suite("RTSP, a client's side") struct RTSPDialogueTests {
  /// No MD5: what would be hashed shows in the answer.
  static func dialogue(user: String? = "bblp") throws -> RTSPDialogue {
    let credentials = user.map { CameraCredentials(user: $0, password: Secret("12345678")) }
    let authenticator = Authenticator(
      credentials: credentials, isEncrypted: true, clientNonce: "c0ffee", md5: { Array($0.suffix(4)) })
    return RTSPDialogue(address: try VideoStream.address(), authenticator: authenticator)
  }

  /// What comes of the bytes in pieces of such sizes.
  static func outputs(_ bytes: [UInt8], pieces: () -> Int) throws -> [RTSPDialogue.Output] {
    var dialogue = try dialogue()
    var outputs = [RTSPDialogue.Output.send(dialogue.begin())]
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(max(1, pieces()))
      rest = rest[piece.endIndex...]
      outputs += try dialogue.feed(piece)
    }
    return outputs
  }

  private func lines(_ output: RTSPDialogue.Output) -> [Substring] {
    guard case .send(let bytes) = output else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
  }

  @Test("it asks, answers the challenge, sets the video track up and plays")
  func conversation() throws {
    let outputs = try Self.outputs(VideoStream.conversation()) { 4096 }
    let requests = outputs.map(lines).filter { !$0.isEmpty }
    let base = "rtsps://192.0.2.7:322/streaming/live/1"
    #expect(
      requests.map { String($0[0]) } == [
        "DESCRIBE \(base) RTSP/1.0", "DESCRIBE \(base) RTSP/1.0", "SETUP \(base)/track1 RTSP/1.0",
        "PLAY \(base)/ RTSP/1.0",
      ])
    #expect(!requests[0].contains { $0.hasPrefix("Authorization") })
    #expect(requests.dropFirst().allSatisfy { $0.contains { $0.hasPrefix("Authorization: Digest username=\"bblp\"") } })
    #expect(requests[3].contains("Session: ABCD"))
    #expect(requests.joined().allSatisfy { !$0.contains("12345678") })
    #expect(outputs.contains(.playing(timeout: 40)))
    let units = outputs.compactMap { output in if case .unit(let unit) = output { unit } else { nil } }
    #expect(units.map(\.isKeyframe) == [true, false, false])
  }

  @Test("any split of what comes gives the same")
  func splits() throws {
    let bytes = VideoStream.conversation(pictures: 5)
    let whole = try Self.outputs(bytes) { bytes.count }
    for size in [1, 2, 3, 5, 11, 64, 1000] { #expect(try Self.outputs(bytes) { size } == whole) }
    var state: UInt64 = 7
    for _ in 0..<50 {
      let random = try Self.outputs(bytes) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 58)
      }
      #expect(random == whole)
    }
  }

  @Test("a wrong password is said once and not for ever")
  func refused() throws {
    let no = "RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"cam\", nonce=\"n\"\r\n\r\n"
    var dialogue = try Self.dialogue()
    _ = dialogue.begin()
    #expect(try dialogue.feed(Array(no.utf8)[...]).count == 1)
    #expect(throws: RTSPFailure.refused) { try dialogue.feed(Array(no.utf8)[...]) }
    var stranger = try Self.dialogue(user: nil)
    _ = stranger.begin()
    #expect(throws: RTSPFailure.refused) { try stranger.feed(Array(no.utf8)[...]) }
  }

  @Test("a nonce that has grown stale is answered once more, and not twice")
  func stale() throws {
    func challenge(_ nonce: String, _ stale: String) -> ArraySlice<UInt8> {
      Array("RTSP/1.0 401 No\r\nWWW-Authenticate: Digest realm=\"c\", nonce=\"\(nonce)\"\(stale)\r\n\r\n".utf8)[...]
    }
    var dialogue = try Self.dialogue()
    _ = dialogue.begin()
    _ = try dialogue.feed(challenge("a", ""))
    let second = try dialogue.feed(challenge("b", ", stale=TRUE"))
    #expect(second.map(lines).joined().contains { $0.contains("nonce=\"b\"") })
    #expect(throws: RTSPFailure.refused) { try dialogue.feed(challenge("c", ", stale=TRUE")) }
  }

  @Test(
    "each refusal has its reason",
    arguments: [
      (403, RTSPFailure.refused), (404, .notFound), (453, .busy), (503, .busy), (454, .ended), (400, .unreadable),
      (302, .unreadable), (500, .unreadable),
    ])
  func failures(status: Int, expected: RTSPFailure) throws {
    var dialogue = try Self.dialogue()
    _ = dialogue.begin()
    #expect(throws: expected) { try dialogue.feed(Array("RTSP/1.0 \(status) X\r\nCSeq: 1\r\n\r\n".utf8)[...]) }
  }

  @Test("a server without GET_PARAMETER is kept awake by OPTIONS")
  func keepAlive() throws {
    var dialogue = try Self.dialogue()
    _ = dialogue.begin()
    _ = try dialogue.feed(VideoStream.conversation()[...])
    #expect(String(decoding: dialogue.keepAlive(), as: UTF8.self).hasPrefix("GET_PARAMETER "))
    _ = try dialogue.feed(Array("RTSP/1.0 501 Not Implemented\r\nCSeq: 5\r\n\r\n".utf8)[...])
    #expect(String(decoding: dialogue.keepAlive(), as: UTF8.self).hasPrefix("OPTIONS "))
    #expect(dialogue.farewell().map { String(decoding: $0, as: UTF8.self).hasPrefix("TEARDOWN ") } == true)
  }

  @Test(
    "what is no RTSP, or too much of it, is refused",
    arguments: [
      "HTTP/1.1 200 OK\r\n\r\n/", "\u{1}\u{2}", "RTSP/1.0 OK\r\n\r\n",
      "RTSP/1.0 200 OK\r\nContent-Length: 70000\r\n\r\n",
      "RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
      "RTSP/1.0 200 OK\r\n" + String(repeating: "a: b\r\n", count: 200) + "\r\n",
      "RTSP/1.0 200 OK\r\nx: " + String(repeating: "y", count: 20_000), "RTSP/1.0 200 OK\r\n: no name\r\n\r\n",
    ])
  func hostile(text: String) throws {
    var dialogue = try Self.dialogue()
    _ = dialogue.begin()
    #expect(throws: RTSPFailure.unreadable) { try dialogue.feed(Array(text.utf8)[...]) }
  }

  @Test("a description's addresses cannot lead elsewhere, nor into our next request")
  func injection() {
    func described(_ control: String) -> SessionDescription? {
      SessionDescription(
        Array("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=control:\(control)\n".utf8))
    }
    #expect(described("trackID=1")?.trackControl == "trackID=1")
    #expect(described("a b") == nil)
    #expect(described("a\"b") == nil)
    #expect(described(String(repeating: "x", count: 2000)) == nil)
    #expect(SessionDescription(Array("m=video 0 RTP/AVP 96\na=rtpmap:96 H265/90000\n".utf8)) == nil)
    #expect(SessionDescription(Array("m=audio 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n".utf8)) == nil)
    #expect(SessionDescription([]) == nil)
  }
}
