/// What matters of a server's description (SDP, RFC 4566): its first H.264 track.
package struct SessionDescription: Hashable, Sendable {
  /// Where all tracks are controlled; nil where it is not said.
  package var control: String?
  /// The track's own address, absolute or to be put behind the base; empty when it is not said.
  package var trackControl: String
  package var payloadType: UInt8
  /// Sequence and picture parameter sets.
  package var parameterSets: [[UInt8]]

  static let linesLimit = 1000

  /// nil when there is no H.264 video in it.
  package init?(_ body: [UInt8]) {
    var control: String?
    var track: Track?
    var found: Track?
    for line in body.split(separator: 0x0A).prefix(Self.linesLimit) {
      let text = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
      if let media = text.after("m=") {
        if found == nil, let track, track.isUsable { found = track }
        track = Track(media)
      } else if let attribute = text.after("a=") {
        if track == nil {
          if let value = attribute.after("control:") { control = String(value) }
        } else {
          track?.take(attribute)
        }
      }
    }
    if found == nil, let track, track.isUsable { found = track }
    guard let found, let payloadType = found.payloadType else { return nil }
    self.control = control.flatMap { Self.isAddress($0) ? $0 : nil }
    trackControl = found.control
    self.payloadType = payloadType
    parameterSets = found.parameterSets
  }

  /// Printable and of a sane length: it goes into our next request.
  static func isAddress(_ text: String) -> Bool {
    text.utf8.count <= 1024 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
  }

  private struct Track {
    let isVideo: Bool
    var payloadType: UInt8?
    var control = ""
    var hasBadControl = false
    var parameterSets: [[UInt8]] = []

    var isUsable: Bool { isVideo && payloadType != nil && !hasBadControl }

    init(_ media: Substring) { isVideo = media.hasPrefix("video ") }

    mutating func take(_ attribute: Substring) {
      if let value = attribute.after("control:") {
        control = String(value)
        hasBadControl = !SessionDescription.isAddress(control)
      } else if let value = attribute.after("rtpmap:") {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let type = UInt8(parts[0]), type < 128 else { return }
        if payloadType == nil, parts[1].uppercased().hasPrefix("H264/") { payloadType = type }
      } else if let value = attribute.after("fmtp:") {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return }
        if let payloadType, UInt8(parts[0]) != payloadType { return }
        for parameter in parts[1].split(separator: ";") {
          let text = parameter.drop { $0 == " " }
          guard let sets = text.after("sprop-parameter-sets=") else { continue }
          parameterSets = sets.split(separator: ",").prefix(H264Assembler.parameterSetsLimit).compactMap { set in
            set.utf8.count <= 2 * H264Assembler.parameterSetLimit ? Base64.decode(set.utf8.filter { $0 > 0x20 }) : nil
          }
        }
      }
    }
  }
}

extension StringProtocol {
  fileprivate func after(_ prefix: String) -> SubSequence? {
    hasPrefix(prefix) ? self[index(startIndex, offsetBy: prefix.count)...] : nil
  }
}
