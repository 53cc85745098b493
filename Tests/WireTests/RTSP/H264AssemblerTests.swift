import Testing
import Wire

@Suite("H.264 out of RTP") struct H264AssemblerTests {
  private static let sets = [VideoStream.sequenceParameters, VideoStream.pictureParameters]

  /// The units that these payloads amount to; each is a packet, and the last of each picture has the marker.
  private func units(_ pictures: [[[UInt8]]], losing lost: Set<Int> = [], sets: [[UInt8]] = Self.sets)
    -> [H264AccessUnit]
  {
    var assembler = H264Assembler(parameterSets: sets)
    var units: [H264AccessUnit] = []
    var number = 0
    for (time, packets) in pictures.enumerated() {
      for (index, payload) in packets.enumerated() {
        defer { number += 1 }
        guard !lost.contains(number),
          let packet = VideoStream.packet(
            UInt16(truncatingIfNeeded: 65_534 + number), time: UInt32(time) * 3000, marker: index == packets.count - 1,
            payload)
        else { continue }
        units += assembler.take(packet)
      }
    }
    return units
  }

  @Test("single, joined and fragmented units come out alike, over the turn of the numbers")
  func forms() {
    let idr = VideoStream.nal(5, 300)
    let slice = VideoStream.nal(1, 120)
    for size in [1, 2, 7, 299, 300, 1000] {
      let found = units([[idr], VideoStream.fragments(slice, of: size), [VideoStream.together([slice, slice])]])
      #expect(found.map(\.isKeyframe) == [true, false, false])
      #expect(found.map { VideoStream.pictures(in: $0) } == [[idr], [slice], [slice, slice]])
    }
  }

  @Test("a keyframe carries its parameter sets, from the description or from the stream")
  func parameterSets() {
    let idr = VideoStream.nal(5, 10)
    let start: [UInt8] = [0, 0, 0, 1]
    let end: [UInt8] = start + [9, 0xF0]
    let whole = start + Self.sets[0] + start + Self.sets[1] + start + idr + end
    #expect(units([[idr]]).map(\.bytes) == [whole])
    #expect(units([[VideoStream.together(Self.sets), idr]], sets: []).map(\.bytes) == [whole])
    // The second keyframe of the stream comes without, and gets what the first brought.
    #expect(units([[Self.sets[0], Self.sets[1], idr], [idr]], sets: []).map(\.bytes) == [whole, whole])
  }

  @Test("nothing is given before a keyframe whose parameter sets are known")
  func begin() {
    let idr = VideoStream.nal(5, 10)
    let slice = VideoStream.nal(1, 10)
    #expect(units([[slice], [slice], [idr], [slice]]).map(\.isKeyframe) == [true, false])
    #expect(units([[idr], [slice]], sets: []).isEmpty)
  }

  @Test("a picture that lacks any of its packets is dropped, and the others come", arguments: 0..<9)
  func loss(lost: Int) {
    let pictures = [
      VideoStream.fragments(VideoStream.nal(5, 90), of: 30), VideoStream.fragments(VideoStream.nal(1, 90), of: 30),
      VideoStream.fragments(VideoStream.nal(1, 80), of: 30),
    ]
    let whole = units(pictures).map(\.bytes)
    #expect(whole.count == 3)
    let left = units(pictures, losing: [lost]).map(\.bytes)
    let broken = lost / 3
    // Without the keyframe there is nothing to begin with. A lost end shows only when the next picture has begun, and
    // whose beginning is lost with it cannot be told.
    #expect(broken == 0 ? left.isEmpty : !left.contains(whole[broken]))
    #expect(left.allSatisfy { whole.contains($0) })
  }

  @Test("a picture without a marker ends where the next one begins")
  func noMarker() throws {
    var assembler = H264Assembler(parameterSets: Self.sets)
    let idr = VideoStream.nal(5, 10)
    let slice = VideoStream.nal(1, 10)
    let first = try #require(VideoStream.packet(1, time: 1, marker: false, idr))
    let second = try #require(VideoStream.packet(2, time: 2, marker: true, slice))
    #expect(assembler.take(first).isEmpty)
    #expect(assembler.take(second).map(\.isKeyframe) == [true, false])
  }

  @Test("a picture of any size stays within its limit")
  func limit() throws {
    var assembler = H264Assembler(parameterSets: Self.sets)
    let part = [0x60 | 28, 0x05] + [UInt8](repeating: 1, count: 60_000)
    var begin = part
    begin[1] = 0x85
    for number in 0..<200 {
      let packet = try #require(
        VideoStream.packet(UInt16(number), time: 1, marker: number == 199, number == 0 ? begin : part))
      #expect(assembler.take(packet).isEmpty)
    }
    for number in 200..<2000 {
      let packet = try #require(
        VideoStream.packet(UInt16(number), time: 2, marker: number == 1999, VideoStream.nal(5, 1)))
      #expect(assembler.take(packet).isEmpty)
    }
  }

  @Test("extension, padding and sources are stepped over; what is cut is no packet")
  func packets() throws {
    let payload: [UInt8] = [0x65, 1, 2, 3]
    var bytes = VideoStream.rtp(7, time: 9, marker: true, payload: [])
    bytes[0] = 0x80 | 0x20 | 0x10 | 2
    bytes += [0, 0, 0, 1, 0, 0, 0, 2] + [0xBE, 0xDE, 0, 1, 9, 9, 9, 9] + payload + [0, 0, 3]
    let packet = try #require(RTPPacket(bytes))
    #expect(Array(packet.payload) == payload && packet.sequence == 7 && packet.timestamp == 9 && packet.hasMarker)
    for count in 0..<28 { #expect(RTPPacket(Array(bytes.prefix(count))).map { $0.payload.count < 4 } ?? true) }
    #expect(RTPPacket([0x40] + bytes.dropFirst()) == nil)
  }
}
