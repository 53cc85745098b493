import Model
import Wire

/// Any bytes as what a camera answers: RTSP with H.264 between its lines, HTTP, MJPEG. The first byte says how the rest
/// is cut into pieces; whole and in pieces must come to the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRTSP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let first = bytes.first, let host = try? HostName("192.0.2.7") else { return 0 }
  let rest = bytes.dropFirst()
  let address = RTSPAddress(isEncrypted: true, host: host, port: .rtspCamera, path: "/streaming/live/1")
  let whole = outputs(of: rest, address, pieces: max(1, rest.count))
  precondition(whole == outputs(of: rest, address, pieces: Int(first % 61) + 1))
  for case .unit(let unit) in whole { precondition(unit.bytes.count <= 5 << 20) }
  precondition(pictures(of: rest, pieces: max(1, rest.count)) == pictures(of: rest, pieces: Int(first % 61) + 1))
  var http = HTTPResponseReader()
  _ = try? http.feed(rest)
  return 0
}

private func outputs(of bytes: ArraySlice<UInt8>, _ address: RTSPAddress, pieces: Int) -> [RTSPDialogue.Output] {
  let credentials = CameraCredentials(user: "bblp", password: Secret("12345678"))
  var dialogue = RTSPDialogue(
    address: address,
    authenticator: Authenticator(
      credentials: credentials, isEncrypted: true, clientNonce: "0", md5: { Array($0.suffix(16)) }))
  var outputs = [RTSPDialogue.Output.send(dialogue.begin())]
  var rest = bytes
  while !rest.isEmpty {
    // What came in the same piece as an error is not told: the pieces before it are compared.
    guard let more = try? dialogue.feed(rest.prefix(pieces)) else { return [] }
    outputs += more
    rest = rest.dropFirst(pieces)
  }
  return outputs
}

private func pictures(of bytes: ArraySlice<UInt8>, pieces: Int) -> [[UInt8]] {
  var reader = MotionJPEGReader(boundary: "ffmpeg")
  var pictures: [[UInt8]] = []
  var rest = bytes
  while !rest.isEmpty {
    guard let more = try? reader.feed(rest.prefix(pieces)) else { return [] }
    pictures += more
    rest = rest.dropFirst(pieces)
  }
  return pictures
}
