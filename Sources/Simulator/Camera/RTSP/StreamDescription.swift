import COpenSSL

/// The stream as SDP tells it (RFC 4566, RFC 6184 section 8.2).
enum StreamDescription {
  static func text(_ writer: VideoWriter) -> String {
    let profile = writer.profile.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    let sets = [writer.sequenceParameters, writer.pictureParameters].map(base64).joined(separator: ",")
    let lines = [
      "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=Printer camera", "t=0 0", "a=tool:layerberry-simulator", "a=type:broadcast",
      "a=control:*", "a=range:npt=0-", "m=video 0 RTP/AVP \(PacketWriter.payloadType)", "c=IN IP4 0.0.0.0",
      "a=rtpmap:\(PacketWriter.payloadType) H264/90000",
      "a=fmtp:\(PacketWriter.payloadType) packetization-mode=1;profile-level-id=\(profile);sprop-parameter-sets=\(sets)",
      "a=control:track1",
    ]
    return lines.joined(separator: "\r\n") + "\r\n"
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let count = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
    return String(decoding: text[..<Int(count)], as: UTF8.self)
  }
}
