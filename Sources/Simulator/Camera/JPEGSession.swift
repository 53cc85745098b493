/// The JPEG kind: one packet in, pictures out (protocol sheet, section 5.1).
struct JPEGSession {
  let channel: CameraChannel
  let state: CameraState
  let id: Int

  private static let headerBytes = 16
  /// Between two looks at whether a fault is over. Seconds.
  private static let glance = 0.05

  func serve() {
    let packet = channel.receive(
      exactly: CameraGreeting.length, until: Poller.monotonicSeconds() + CameraSession.patience)
    guard let packet else { return }
    guard CameraGreeting.isRight(packet, accessCode: state.accessCode), state.settings.fault != .refuseAccessCode else {
      state.count { $0.authenticationFailures += 1 }
      return
    }
    guard state.serves(id) else { return }
    stream()
  }

  private func stream() {
    let begin = Poller.monotonicSeconds()
    var studio = PictureStudio(defaultSize: .standard, black: .deepBlack)
    var pace = FramePace(begin)
    while true {
      let settings = state.settings
      let now = Poller.monotonicSeconds()
      switch settings.fault {
      case .stall:
        guard channel.pause(until: now + Self.glance) else { return }
        continue
      case .dropAfter(let seconds) where now - begin >= seconds: return
      default: break
      }
      guard send(studio.jpeg(of: state.scene, settings), settings) else { return }
      let next = pace.next(after: Poller.monotonicSeconds(), rate: settings.framesPerSecond ?? 1)
      guard channel.pause(until: next) else { return }
    }
  }

  /// False when the client is gone, or nothing may follow.
  private func send(_ jpeg: [UInt8], _ settings: CameraSettings) -> Bool {
    guard !jpeg.isEmpty else { return false }
    var picture = jpeg
    var announced = jpeg.count
    switch settings.fault {
    case .truncatedPicture:
      picture.removeLast(2)
      announced = picture.count
    case .garbagePicture: picture = Noise.bytes(jpeg.count)
    case .sizeZero: (picture, announced) = ([], 0)
    case .sizeTooBig: announced = 10_000_001 + jpeg.count
    default: break
    }
    var bytes = Self.header(size: announced)
    if settings.fault == .garbageHeader { bytes = Noise.bytes(Self.headerBytes) }
    bytes += picture
    if settings.fault == .stallMidPicture {
      guard channel.send(bytes[..<(bytes.count / 2)]) else { return false }
      while state.settings.fault == .stallMidPicture {
        guard channel.pause(until: Poller.monotonicSeconds() + Self.glance) else { return false }
      }
      // The rest, late.
      bytes.removeFirst(bytes.count / 2)
    }
    guard channel.send(bytes, headerBytes: Self.headerBytes, settings.sending) else { return false }
    state.count {
      $0.framesSent += 1
      $0.bytesSent += bytes.count
    }
    return true
  }

  private static func header(size: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
  }
}

/// When the next picture is due. What fell behind by more than a second is not made up for.
struct FramePace {
  private var due: Double

  init(_ begin: Double) { due = begin }

  /// - Parameter rate: pictures a second.
  mutating func next(after now: Double, rate: Double) -> Double {
    due += 1 / min(max(rate, 0.01), 120)
    if due < now - 1 { due = now }
    return due
  }
}

/// Bytes that mean nothing; the same in every run.
enum Noise {
  static func bytes(_ count: Int) -> [UInt8] {
    var random = SplitMix(state: 0x5EED)
    return (0..<count).map { _ in UInt8(random.unit() * 255.99) }
  }
}
