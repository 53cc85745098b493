/// The pictures of one RTSP session: when the next is due, and how it goes out.
struct VideoStream {
  /// Between two of the sender's reports. Seconds.
  private static let reportInterval = 5.0
  /// Between two looks at whether a fault is over. Seconds.
  private static let glance = 0.05

  let firstSequence: UInt16
  let firstTimestamp: UInt32
  private var writer: VideoWriter
  private var packets: PacketWriter
  private var studio = PictureStudio(defaultSize: .small, black: .black)
  private var begin = 0.0
  private var pace = FramePace(0)
  private var nextReport = 0.0
  /// Seconds of the monotonic clock; nil before PLAY.
  private(set) var due: Double?

  init(writer: VideoWriter, source: UInt32, channel: UInt8, firstSequence: UInt16) {
    self.writer = writer
    self.firstSequence = firstSequence
    firstTimestamp = source &* 2_654_435_761
    packets = PacketWriter(source: source, channel: channel, firstSequence: firstSequence)
  }

  var isPlaying: Bool { due != nil }

  mutating func play() {
    guard due == nil else { return }
    begin = Poller.monotonicSeconds()
    pace = FramePace(begin)
    due = begin
  }

  /// The picture that is due; false when the stream is over.
  mutating func send(to channel: CameraChannel, _ state: CameraState) -> Bool {
    let settings = state.settings
    let now = Poller.monotonicSeconds()
    switch settings.fault {
    case .stall:
      due = now + Self.glance
      // Pictures that nobody got are nothing to build on.
      writer.restart()
      return true
    case .dropAfter(let seconds) where now - begin >= seconds: return false
    default: break
    }
    let elapsed = settings.fault == .timestampsStand ? 0 : now - begin
    let timestamp = firstTimestamp &+ UInt32(truncatingIfNeeded: Int(elapsed * 90_000))
    var frames = writeFrames(state.scene, settings, timestamp)
    if now >= nextReport {
      nextReport = now + Self.reportInterval
      frames.insert(packets.report(dayTime: DayClock.now(), timestamp: timestamp), at: 0)
    }
    if settings.fault == .garbageInterleaved { frames.insert(Noise.bytes(300), at: 0) }
    if settings.fault == .truncatedPicture { frames.removeLast() }
    if settings.fault == .stallMidPicture {
      frames.removeLast(frames.count / 2)
      if let last = frames.popLast() { frames.append(Array(last.prefix(last.count / 2))) }
    }
    let bytes = frames.flatMap { $0 }
    guard channel.send(bytes, headerBytes: 4, settings.sending) else { return false }
    if settings.fault == .stallMidPicture { return stallUntilItEnds(channel, state) }
    state.count {
      $0.framesSent += 1
      $0.bytesSent += bytes.count
    }
    due = pace.next(after: Poller.monotonicSeconds(), rate: settings.framesPerSecond ?? writer.framesPerSecond)
    return true
  }

  private mutating func writeFrames(
    _ scene: CameraScene, _ settings: CameraSettings, _ timestamp: UInt32
  ) -> [[UInt8]] {
    if writer.beginsGroup {
      packets.writeTogether([writer.sequenceParameters, writer.pictureParameters], timestamp: timestamp)
    }
    var unit = writer.write(studio.canvas(of: scene, settings, size: writer.size))
    if settings.fault == .garbagePicture { unit = [unit[0]] + Noise.bytes(max(unit.count - 1, 200)) }
    packets.write(unit, timestamp: timestamp)
    return packets.take()
  }

  /// After half a packet nothing can follow: when the fault is over, the connection is.
  private func stallUntilItEnds(_ channel: CameraChannel, _ state: CameraState) -> Bool {
    while state.settings.fault == .stallMidPicture {
      guard channel.pause(until: Poller.monotonicSeconds() + Self.glance) else { return false }
    }
    return false
  }
}
