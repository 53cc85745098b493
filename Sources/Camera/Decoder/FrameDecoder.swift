import Glibc
package import Loop
package import NIOCore
package import Wire

/// Turns H.264 into JPEGs by an ffmpeg that runs as long as this is in use. Confined to the camera loop.
///
/// What ffmpeg does not take in time is dropped up to the next keyframe: the queue never grows. One that ends or gives
/// nothing for what it is given is killed and started again, a few times.
package final class FrameDecoder {
  package struct Settings: Hashable, Sendable {
    /// Pictures a second at most; nil is every one. 1 to 30.
    package var rate: Int?
    /// Bytes of H.264 that may wait for ffmpeg. Default 4 MiB, the largest access unit.
    package var queueLimit = H264Assembler.unitLimit
    /// For how long it may be given pictures and give none. Default 5 s.
    package var stall: Duration = .seconds(5)
    /// The same from its start to its first picture. Default 10 s: a small board under load.
    package var firstPicture: Duration = .seconds(10)
    /// Starts in a row that gave no picture, or not for long. Default 3.
    package var attempts = 3
    /// Between two starts. Default 0.2 s (protocol sheet, section 5.2).
    package var restart: Duration = .milliseconds(200)
    /// A run of this length makes earlier failures forgotten. Default 10 s.
    package var soundRun: Duration = .seconds(10)

    package init() {}
  }

  package enum Event {
    case picture(ByteBuffer)
    /// It has let go of everything, and will do no more.
    case failed(CameraProblem)
  }

  private let loop: PollLoop
  private let program: DecoderProgram
  private let assembly: PictureAssembly
  private let settings: Settings
  private var handler: ((Event) -> Void)?

  private var child: DecoderChild?
  private var isHardware = false
  private var reader = MotionJPEGReader(boundary: "ffmpeg")
  private var queue: [[UInt8]] = []
  private var queued = 0
  /// Bytes of the queue's first unit that ffmpeg has.
  private var written = 0
  private var needsKeyframe = true
  private var startedAt: ContinuousClock.Instant?
  /// Since when it owes a picture.
  private var owesSince: ContinuousClock.Instant?
  private var pictures = 0
  private var failures = 0
  private var timer: LoopTimer?
  private var isOver = false

  /// Access units that were dropped because ffmpeg was too slow, or not there.
  package private(set) var dropped = 0

  package init(
    loop: PollLoop, program: DecoderProgram, assembly: PictureAssembly, settings: Settings = Settings(),
    handler: @escaping (Event) -> Void
  ) {
    self.loop = loop
    self.program = program
    self.assembly = assembly
    self.settings = settings
    self.handler = handler
  }

  /// The next access unit. ffmpeg starts with the first keyframe.
  package func take(_ unit: H264AccessUnit) {
    loop.assertOnLoop()
    guard !isOver else { return }
    if queued + unit.bytes.count > settings.queueLimit { dropQueue() }
    guard unit.isKeyframe || !needsKeyframe, queued + unit.bytes.count <= settings.queueLimit,
      child != nil || timer == nil
    else {
      dropped += 1
      needsKeyframe = true
      return
    }
    if child == nil { begin() }
    guard child != nil else { return }
    needsKeyframe = false
    queue.append(unit.bytes)
    queued += unit.bytes.count
    if owesSince == nil { owesSince = loop.now }
    pump()
  }

  /// The stream begins anew: what was begun is left, and a keyframe waited for.
  package func streamRestarted() {
    dropQueue()
    needsKeyframe = true
    owesSince = nil
  }

  /// Kills ffmpeg and lets go of everything; nothing is told afterwards.
  package func stop() {
    isOver = true
    handler = nil
    release()
    timer?.cancel()
    timer = nil
  }

  private func begin() {
    isHardware = program.usesHardware
    let arguments = program.arguments(rate: settings.rate, usesHardware: isHardware)
    child = DecoderChild(loop: loop, arguments: arguments) { [weak self] event in self?.heed(event) }
    reader = MotionJPEGReader(boundary: "ffmpeg")
    pictures = 0
    startedAt = loop.now
    owesSince = nil
    guard child != nil else { return fail(program.isThere ? .noResources : .decoderMissing) }
    watch()
  }

  private func heed(_ event: DecoderChild.Event) {
    switch event {
    case .hasRoom: pump()
    case .output(let bytes): take(bytes)
    case .ended: runFailed()
    }
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    let found: [[UInt8]]
    do throws(ResponseError) {
      found = try reader.feed(bytes)
    } catch {
      return runFailed()
    }
    for picture in found {
      guard !isOver else { return }
      pictures += 1
      owesSince = queue.isEmpty ? nil : loop.now
      assembly.begin(expecting: picture.count)
      picture.withUnsafeBytes { assembly.append($0) }
      handler?(.picture(assembly.finish()))
    }
  }

  private func pump() {
    guard let child else { return }
    while let unit = queue.first {
      let count = child.write(unit[written...])
      written += count
      guard written == unit.count else { break }
      queue.removeFirst()
      queued -= unit.count
      written = 0
    }
    child.waitsForRoom = !queue.isEmpty
  }

  /// All but a unit of which ffmpeg has a part already: cut, it would be taken for a broken picture.
  private func dropQueue() {
    let kept = written > 0 ? 1 : 0
    guard queue.count > kept else { return }
    dropped += queue.count - kept
    queue.removeSubrange(kept...)
    queued = queue.first?.count ?? 0
    needsKeyframe = true
  }

  private func watch() {
    timer?.cancel()
    timer = loop.schedule(after: min(settings.stall, settings.firstPicture) / 5) { [weak self] in self?.look() }
  }

  private func look() {
    timer = nil
    let limit = pictures == 0 ? settings.firstPicture : settings.stall
    if let owesSince, loop.now - owesSince > limit { return runFailed() }
    watch()
  }

  private func runFailed() {
    guard !isOver else { return }
    let now = loop.now
    if isHardware, pictures == 0 { program.giveUpHardware() }
    let wasSound = pictures > 0 && now - (startedAt ?? now) >= settings.soundRun
    failures = wasSound ? 1 : failures + 1
    release()
    guard failures < settings.attempts || isHardware && !program.usesHardware else { return fail(.decoderFailed) }
    timer?.cancel()
    timer = loop.schedule(after: settings.restart) { [weak self] in self?.timer = nil }
  }

  private func release() {
    child?.kill()
    child = nil
    dropped += queue.count
    queue = []
    queued = 0
    written = 0
    needsKeyframe = true
    owesSince = nil
  }

  private func fail(_ problem: CameraProblem) {
    let handler = self.handler
    stop()
    handler?(.failed(problem))
  }
}
