package import Loop
import Model
package import TLS
import Wire

/// A camera that speaks RTSP: the X1, P2S, X2D and H2 families over TLS on port 322 (protocol sheet, section 5.2), and
/// external ones. H.264 comes over the one connection and goes to ffmpeg.
///
/// The one source that takes up a stream again which broke off: some firmware ends it after seconds, and ffmpeg, which
/// takes longest to start, keeps running meanwhile. Never more than one connection at a time.
package final class RTSPCameraSource: CameraSource {
  package struct Timings: Hashable, Sendable {
    /// From the look-up of the name to the end of the handshake. Default 10 s.
    package var connect: Duration = .seconds(10)
    /// Without an answer, or without a picture's worth of H.264. Default 10 s (protocol sheet, section 5.1).
    package var read: Duration = .seconds(10)
    /// Before a stream that broke off is taken up again, and how often (protocol sheet, section 5.2: 0.2 s, 30 times).
    package var resume: Duration = .milliseconds(200)
    package var resumptions = 30
    /// A stream of this length makes earlier breaks forgotten. Default 60 s.
    package var soundStream: Duration = .seconds(60)

    package init() {}
  }

  private let loop: PollLoop
  private let target: RTSPCameraTarget
  private let program: DecoderProgram?
  private let assembly: PictureAssembly
  private let timings: Timings
  private let decoding: FrameDecoder.Settings
  private let rule: AddressRule?
  private let observe: @Sendable (TrustVerdict) -> Void

  private weak var receiver: (any CameraReceiver)?
  private var address: HostName?
  private var context: PeerContext?
  private var socket: StreamSocket?
  private var dialogue: RTSPDialogue?
  private var decoder: FrameDecoder?
  /// One at a time: the deadline of the way in, then of silence, then the pause before a resumption.
  private var timer: LoopTimer?
  private var keepAliveTimer: LoopTimer?
  private var lastHeard: ContinuousClock.Instant?
  private var playingSince: ContinuousClock.Instant?
  private var hasUnit = false
  private var hasSpoken = false
  private var breaks = 0
  private var hasStarted = false
  private var isOver = false

  /// - Parameters:
  ///   - program: nil when there is no ffmpeg.
  ///   - rule: where an external camera may be; nil for a printer, whose address a person gave.
  ///   - observe: told what was found at a printer's port, on the loop; `.firstUse` wants pinning.
  package init(
    loop: PollLoop, target: RTSPCameraTarget, program: DecoderProgram?, assembly: PictureAssembly,
    timings: Timings = Timings(), decoding: FrameDecoder.Settings = FrameDecoder.Settings(), rule: AddressRule? = nil,
    observe: @escaping @Sendable (TrustVerdict) -> Void = { _ in }
  ) {
    self.loop = loop
    self.target = target
    self.program = program
    self.assembly = assembly
    self.timings = timings
    self.decoding = decoding
    self.rule = rule
    self.observe = observe
  }

  package func start(_ receiver: any CameraReceiver) {
    loop.assertOnLoop()
    guard !hasStarted, !isOver else { return }
    hasStarted = true
    self.receiver = receiver
    guard let program else { return endSoon(.decoderMissing) }
    decoder = FrameDecoder(loop: loop, program: program, assembly: assembly, settings: decoding) { [weak self] event in
      switch event {
      case .picture(let jpeg): self?.receiver?.received(jpeg)
      case .failed(let problem): self?.end(problem)
      }
    }
    timer = loop.schedule(after: timings.connect) { [weak self] in self?.end(.unreachable) }
    guard !target.host.isNumeric else { return found(target.host, isSoon: true) }
    if !loop.lookUp(target.host, for: self, { $0.resolved($1) }) { endSoon(.noResources) }
  }

  package func stop() {
    loop.assertOnLoop()
    receiver = nil
    end(.closed)
  }

  // MARK: The way in

  private func resolved(_ addresses: [String]) {
    guard !isOver else { return }
    // A look-up gives numbers only.
    guard let first = addresses.first, let host = try? HostName(first) else { return end(.unknownHost) }
    found(host, isSoon: false)
  }

  /// - Parameter isSoon: called from within `start`, where nothing may be told.
  private func found(_ host: HostName, isSoon: Bool) {
    let tell = isSoon ? endSoon : end
    if let rule, !rule.allows(host, port: target.port) { return tell(.notAllowed) }
    guard let context = makeContext() else { return tell(.noResources) }
    address = host
    self.context = context
    if !connect() { tell(.unreachable) }
  }

  private func makeContext() -> PeerContext? {
    switch target.security {
    case .printer(let policy): (try? TLSClientContext(policy: policy)).map(PeerContext.printer)
    case .none, .certified:
      try? PeerContext(
        external: target.host, isEncrypted: target.isEncrypted, pinned: target.pinned, authorities: rule?.authorities)
    }
  }

  private func connect() -> Bool {
    guard let address, let context else { return false }
    hasUnit = false
    hasSpoken = false
    playingSince = nil
    let name = target.host.isNumeric || !context.isEncrypted ? nil : target.host.text
    socket = StreamSocket(
      loop: loop, host: address, port: target.port, context: context.pointer, serverName: name,
      openWithin: timings.connect
    ) { [weak self] event in self?.heed(event) }
    guard socket != nil else { return false }
    timer?.cancel()
    timer = nil
    return true
  }

  private func heed(_ event: StreamSocket.Event) {
    switch event {
    case .open: begin()
    case .bytes(let bytes): take(Array(bytes)[...])
    case .ended(let how): disconnected(problem(for: how))
    }
  }

  private func begin() {
    guard let context, let address else { return end(.noResources) }
    if case .printer(let context) = context {
      guard let verdict = context.verdict, verdict.isAccepted else { return end(.noResources) }
      observe(verdict)
      guard !isOver else { return }
    }
    let authenticator = Authenticator(
      credentials: target.credentials, isEncrypted: context.isEncrypted, clientNonce: MessageDigest.clientNonce(),
      md5: MessageDigest.md5)
    let place = RTSPAddress(isEncrypted: context.isEncrypted, host: address, port: target.port, path: target.path)
    var dialogue = RTSPDialogue(address: place, authenticator: authenticator)
    socket?.send(dialogue.begin())
    self.dialogue = dialogue
    lastHeard = loop.now
    awaitSound()
  }

  /// Told by a silence of the whole time only: one timer, however much comes.
  private func awaitSound() {
    let due = (lastHeard ?? loop.now).advanced(by: timings.read)
    timer?.cancel()
    timer = loop.schedule(at: due) { [weak self] in
      guard let self, !isOver else { return }
      if let lastHeard, loop.now - lastHeard < timings.read { awaitSound() } else { end(.stalled) }
    }
  }

  // MARK: The stream

  private func take(_ bytes: ArraySlice<UInt8>) {
    guard var dialogue = self.dialogue else { return }
    self.dialogue = nil
    if !hasSpoken || playingSince == nil { lastHeard = loop.now }
    hasSpoken = true
    let outputs: [RTSPDialogue.Output]
    do throws(RTSPFailure) {
      outputs = try dialogue.feed(bytes)
    } catch {
      return failed(error)
    }
    self.dialogue = dialogue
    for output in outputs {
      guard !isOver else { return }
      switch output {
      case .send(let request): socket?.send(request)
      case .playing(let timeout):
        playingSince = loop.now
        keepAlive(every: .seconds(timeout) / 2)
      case .unit(let unit):
        hasUnit = true
        lastHeard = loop.now
        decoder?.take(unit)
      }
    }
  }

  private func keepAlive(every period: Duration) {
    keepAliveTimer = loop.schedule(after: period) { [weak self] in
      guard let self, !isOver, var dialogue else { return }
      socket?.send(dialogue.keepAlive())
      self.dialogue = dialogue
      keepAlive(every: period)
    }
  }

  private func failed(_ failure: RTSPFailure) {
    switch failure {
    case .refused: end(.refused)
    case .notFound, .noVideo, .unreadable: end(.unreadable)
    case .busy: end(.closed)
    case .ended: disconnected(.closed)
    }
  }

  private func problem(for end: StreamSocket.End) -> CameraProblem {
    switch end {
    case .unreachable, .late: return .unreachable
    case .noHandshake:
      if let objection = context?.objection { return objection }
      // With the liveview off a printer's port takes the connection and closes it at once.
      if case .printer = target.security { return .switchedOff }
      return .unreachable
    case .closed, .lost:
      if case .printer = target.security, !hasSpoken { return .switchedOff }
      return .closed
    }
  }

  /// The connection is over: what had become a stream is taken up again.
  private func disconnected(_ problem: CameraProblem) {
    guard hasUnit, problem == .closed else { return end(problem) }
    if let playingSince, loop.now - playingSince >= timings.soundStream { breaks = 0 }
    breaks += 1
    guard breaks <= timings.resumptions else { return end(problem) }
    letGoOfConnection()
    decoder?.streamRestarted()
    timer = loop.schedule(after: timings.resume) { [weak self] in
      guard let self, !isOver else { return }
      timer = nil
      if !connect() { end(.unreachable) }
    }
  }

  private func letGoOfConnection() {
    timer?.cancel()
    timer = nil
    keepAliveTimer?.cancel()
    keepAliveTimer = nil
    if let farewell = dialogue?.farewell() { socket?.send(farewell) }
    dialogue = nil
    socket?.close()
    socket = nil
  }

  /// Not from within `start`.
  private func endSoon(_ problem: CameraProblem) {
    timer?.cancel()
    timer = loop.schedule(after: .zero) { [weak self] in self?.end(problem) }
  }

  private func end(_ problem: CameraProblem) {
    guard !isOver else { return }
    isOver = true
    letGoOfConnection()
    decoder?.stop()
    decoder = nil
    context = nil
    let receiver = self.receiver
    self.receiver = nil
    receiver?.ended(problem)
  }
}
