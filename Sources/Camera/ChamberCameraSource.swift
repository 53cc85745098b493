package import Loop
import Model
package import TLS
import Wire

/// The camera of the P1 and A1 series: JPEGs over TLS on port 6000 (protocol sheet, section 5.1).
///
/// The access code goes out only after the printer has proven who it is, by the same check as for MQTT and files. One
/// attempt and one connection: a new attempt is a new source.
package final class ChamberCameraSource: CameraSource {
  package struct Timings: Hashable, Sendable {
    /// From the look-up of the name to the end of the handshake. Default 10 s.
    package var connect: Duration = .seconds(10)
    /// Without a byte. Default 10 s (protocol sheet, section 5.1: read time-out). Whether pictures come of the bytes is
    /// the hub's to watch.
    package var read: Duration = .seconds(10)

    package init() {}
  }

  private let loop: PollLoop
  private let target: PrinterCameraTarget
  private let assembly: PictureAssembly
  private let timings: Timings
  private let observe: @Sendable (TrustVerdict) -> Void

  private weak var receiver: (any CameraReceiver)?
  private var context: TLSClientContext?
  private var socket: StreamSocket?
  private var splitter = FrameSplitter()
  private var timer: LoopTimer?
  private var startedAt: ContinuousClock.Instant?
  private var lastHeardAt: ContinuousClock.Instant?
  private var hasSpoken = false
  private var isOver = false

  /// - Parameter observe: told what was found at the port, on the loop; `.firstUse` wants pinning.
  package init(
    loop: PollLoop, target: PrinterCameraTarget, assembly: PictureAssembly, timings: Timings = Timings(),
    observe: @escaping @Sendable (TrustVerdict) -> Void = { _ in }
  ) {
    self.loop = loop
    self.target = target
    self.assembly = assembly
    self.timings = timings
    self.observe = observe
  }

  package func start(_ receiver: any CameraReceiver) {
    loop.assertOnLoop()
    guard startedAt == nil, !isOver else { return }
    startedAt = loop.now
    self.receiver = receiver
    timer = loop.schedule(after: timings.connect) { [weak self] in self?.end(.unreachable) }
    guard !target.host.isNumeric else { return open(target.host) }
    if !loop.lookUp(target.host, for: self, { $0.resolved($1) }) { endSoon(.noResources) }
  }

  package func stop() {
    loop.assertOnLoop()
    receiver = nil
    end(.closed)
  }

  private func resolved(_ addresses: [String]) {
    guard !isOver else { return }
    // A look-up gives numbers only.
    guard let first = addresses.first, let host = try? HostName(first) else { return end(.unknownHost) }
    open(host)
  }

  private func open(_ host: HostName) {
    let context: TLSClientContext
    do throws(TLSError) {
      context = try TLSClientContext(policy: target.trust)
    } catch {
      return endSoon(.noResources)
    }
    self.context = context
    let left = timings.connect - (loop.now - (startedAt ?? loop.now))
    let socket = StreamSocket(
      loop: loop, host: host, port: target.port, context: context.pointer, openWithin: max(.zero, left)
    ) { [weak self] event in self?.heed(event) }
    guard let socket else { return endSoon(.unreachable) }
    self.socket = socket
    timer?.cancel()
    timer = nil
  }

  private func heed(_ event: StreamSocket.Event) {
    switch event {
    case .open: greet()
    case .bytes(let bytes): take(bytes)
    case .ended(let how):
      if how == .noHandshake, let verdict = context?.verdict, !verdict.isAccepted { observe(verdict) }
      end(problem(for: how))
    }
  }

  private func greet() {
    guard let socket, let verdict = context?.verdict, verdict.isAccepted else { return end(.noResources) }
    observe(verdict)
    guard !isOver else { return }
    socket.send(CameraLogin.packet(accessCode: target.accessCode))
    lastHeardAt = loop.now
    watchSilence()
  }

  private func watchSilence() {
    let due = (lastHeardAt ?? loop.now).advanced(by: timings.read)
    timer = loop.schedule(at: due) { [weak self] in
      guard let self, !isOver else { return }
      if let last = lastHeardAt, loop.now - last < timings.read { watchSilence() } else { end(.stalled) }
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer) {
    hasSpoken = true
    lastHeardAt = loop.now
    var rest = bytes
    while !isOver, let step = splitter.next(&rest) {
      switch step {
      case .began(let size): assembly.begin(expecting: size)
      case .bytes(let part): assembly.append(part)
      case .picture: receiver?.received(assembly.finish())
      case .dropped: break
      case .broken: end(.unreadable)
      }
    }
  }

  private func problem(for end: StreamSocket.End) -> CameraProblem {
    switch end {
    case .unreachable, .late: .unreachable
    case .noHandshake:
      switch context?.verdict {
      case .wrongSerial: .wrongSerial
      case .changed: .certificateChanged
      default: .unreachable
      }
    // Straight after the access code the end is the answer to it.
    case .closed, .lost: hasSpoken ? .closed : .refused
    }
  }

  /// Not from within `start`.
  private func endSoon(_ problem: CameraProblem) {
    timer?.cancel()
    timer = loop.schedule(after: .zero) { [weak self] in self?.end(problem) }
  }

  private func end(_ problem: CameraProblem) {
    guard !isOver else { return }
    isOver = true
    timer?.cancel()
    timer = nil
    socket?.close()
    socket = nil
    context = nil
    let receiver = self.receiver
    self.receiver = nil
    receiver?.ended(problem)
  }
}
