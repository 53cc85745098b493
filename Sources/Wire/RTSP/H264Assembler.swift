/// One picture's worth of H.264 in Annex-B form, as a decoder takes it from a pipe.
package struct H264AccessUnit: Hashable, Sendable {
  /// Ends with an access unit delimiter: a decoder then knows at once that the picture is whole, and need not wait for
  /// the next.
  package var bytes: [UInt8]
  /// A decoder can begin here: an IDR picture, with its parameter sets in front.
  package var isKeyframe: Bool
}

/// Puts access units together from RTP (RFC 6184: single NAL units, STAP-A, FU-A).
///
/// Begins at an IDR picture whose parameter sets are known. A unit that lacks a packet is dropped whole.
package struct H264Assembler: Sendable {
  /// Bytes of one access unit; a larger one is dropped.
  package static let unitLimit = 4 << 20
  /// NAL units of one access unit, and parameter sets of one kind.
  package static let nalLimit = 512
  static let parameterSetsLimit = 16
  static let parameterSetLimit = 1024

  private enum Kind {
    static let slice = 1 as UInt8
    static let idr = 5 as UInt8
    static let sequenceParameters = 7 as UInt8
    static let pictureParameters = 8 as UInt8
    static let delimiter = 9 as UInt8
    static let filler = 12 as UInt8
  }

  private static let startCode: [UInt8] = [0, 0, 0, 1]
  private static let endMark: [UInt8] = [0, 0, 0, 1, Kind.delimiter, 0xF0]

  private var sequenceSets: [[UInt8]] = []
  private var pictureSets: [[UInt8]] = []
  private var hasBegun = false
  private var lastSequence: UInt16?

  // The access unit that is being gathered.
  private var timestamp: UInt32?
  private var nals: [[UInt8]] = []
  private var size = 0
  private var isBroken = false
  /// The NAL unit that comes in fragments.
  private var fragment: [UInt8]?

  /// - Parameter parameterSets: those that the description gave.
  package init(parameterSets: [[UInt8]] = []) {
    for set in parameterSets { remember(set, in: parameterSets) }
  }

  /// The units that this packet completes: at most two.
  package mutating func take(_ packet: RTPPacket) -> [H264AccessUnit] {
    if let last = lastSequence {
      if packet.sequence == last { return [] }
      // Over one TCP connection packets do not overtake each other: what is missing was never sent.
      if packet.sequence != last &+ 1 { lose() }
    }
    lastSequence = packet.sequence
    var units: [H264AccessUnit] = []
    if let timestamp, timestamp != packet.timestamp {
      // The marker was forgotten; a fragment that is still open has lost its end.
      if fragment != nil { isBroken = true }
      if let unit = complete() { units.append(unit) }
    }
    timestamp = packet.timestamp
    add(packet.payload)
    if packet.hasMarker {
      if fragment != nil { isBroken = true }
      if let unit = complete() { units.append(unit) }
    }
    return units
  }

  private mutating func lose() {
    fragment = nil
    isBroken = true
  }

  private mutating func add(_ payload: ArraySlice<UInt8>) {
    guard let first = payload.first else { return }
    switch first & 0x1F {
    case 1...23:
      if fragment != nil { lose() }
      append(Array(payload))
    case 24:
      if fragment != nil { lose() }
      var rest = payload.dropFirst()
      while rest.count >= 2 {
        let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
        rest = rest.dropFirst(2)
        guard length > 0, length <= rest.count else { return lose() }
        append(Array(rest.prefix(length)))
        rest = rest.dropFirst(length)
      }
      if !rest.isEmpty { lose() }
    case 28: addFragment(payload)
    default: lose()
    }
  }

  private mutating func addFragment(_ payload: ArraySlice<UInt8>) {
    guard payload.count > 2 else { return lose() }
    let indicator = payload[payload.startIndex]
    let header = payload[payload.startIndex + 1]
    let body = payload.dropFirst(2)
    if header & 0x80 != 0 {
      if fragment != nil { lose() }
      fragment = [indicator & 0xE0 | header & 0x1F]
    }
    guard fragment != nil else { return lose() }
    guard size + (fragment?.count ?? 0) + body.count <= Self.unitLimit else { return lose() }
    fragment?.append(contentsOf: body)
    if header & 0x40 != 0, let whole = fragment {
      fragment = nil
      append(whole)
    }
  }

  private mutating func append(_ nal: [UInt8]) {
    guard let first = nal.first, first & 0x80 == 0 else { return lose() }
    switch first & 0x1F {
    case Kind.delimiter, Kind.filler: return
    default: break
    }
    guard nals.count < Self.nalLimit, size + nal.count <= Self.unitLimit else { return lose() }
    size += nal.count + Self.startCode.count
    nals.append(nal)
  }

  private mutating func complete() -> H264AccessUnit? {
    let nals = self.nals
    let wasBroken = isBroken
    let wanted = size + 4096
    self.nals = []
    size = 0
    isBroken = false
    fragment = nil
    timestamp = nil
    guard !wasBroken else { return nil }
    for nal in nals { remember(nal, in: nals) }
    let kinds = nals.map { $0[0] & 0x1F }
    guard kinds.contains(where: { (Kind.slice...Kind.idr).contains($0) }) else { return nil }
    let isKeyframe = kinds.contains(Kind.idr)
    if !hasBegun {
      guard isKeyframe, !sequenceSets.isEmpty, !pictureSets.isEmpty else { return nil }
      hasBegun = true
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(wanted)
    if isKeyframe {
      let missing =
        (kinds.contains(Kind.sequenceParameters) ? [] : sequenceSets)
        + (kinds.contains(Kind.pictureParameters) ? [] : pictureSets)
      for set in missing {
        bytes.append(contentsOf: Self.startCode)
        bytes.append(contentsOf: set)
      }
    }
    for nal in nals {
      bytes.append(contentsOf: Self.startCode)
      bytes.append(contentsOf: nal)
    }
    bytes.append(contentsOf: Self.endMark)
    return H264AccessUnit(bytes: bytes, isKeyframe: isKeyframe)
  }

  /// The sets that come together replace those that were known.
  private mutating func remember(_ nal: [UInt8], in together: [[UInt8]]) {
    guard let first = nal.first, nal.count <= Self.parameterSetLimit else { return }
    let kind = first & 0x1F
    guard kind == Kind.sequenceParameters || kind == Kind.pictureParameters else { return }
    var sets: [[UInt8]] = []
    for other in together where other.count <= Self.parameterSetLimit && sets.count < Self.parameterSetsLimit {
      if let first = other.first, first & 0x1F == kind { sets.append(other) }
    }
    if kind == Kind.sequenceParameters { sequenceSets = sets } else { pictureSets = sets }
  }
}
