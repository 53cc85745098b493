/// Control lines that concern a printer's camera. Each word changes what it names and leaves the rest as it is.
enum CameraControl {
  static let help = """
    camera N WORD...    on|off|no-port, fps RATE, size WIDTHxHEIGHT, quality 1-100, black|scene,
                        whole|split|slices|bytes, clients COUNT, kick|refuse-second, timeout SECONDS, drop,
                        certificate VARIANT, good, or one of the faults
                        refuse, close, silent, wrong-code, stall, stall-mid-picture, drop-after SECONDS,
                        truncated, garbage-picture; JPEG: size-zero, size-too-big, garbage-header;
                        RTSP: stale-nonce, no-session, garbage-interleaved, timestamps-stand
    """

  private static let faults: [String: CameraFault] = [
    "refuse": .refuseConnections, "close": .closeAtOnce, "silent": .silent, "wrong-code": .refuseAccessCode,
    "stall": .stall, "stall-mid-picture": .stallMidPicture, "truncated": .truncatedPicture,
    "garbage-picture": .garbagePicture, "size-zero": .sizeZero, "size-too-big": .sizeTooBig,
    "garbage-header": .garbageHeader, "stale-nonce": .staleNonce, "no-session": .sessionNotFound,
    "garbage-interleaved": .garbageInterleaved, "timestamps-stand": .timestampsStand,
  ]

  static func run(_ words: [String], _ index: Int, _ world: World) throws(SimulatorError) -> String {
    let device = world.devices[index]
    switch words.first {
    case nil: throw SimulatorError(help)
    case "drop": device.camera.state.dropAll()
    case "certificate":
      guard let variant = words.last.flatMap({ CertificateVariant(rawValue: $0) }) else {
        throw SimulatorError(
          "camera N certificate " + CertificateVariant.allCases.map(\.rawValue).joined(separator: "|"))
      }
      try world.useForCamera(variant, at: index)
    default:
      try device.setCamera(try change(device.camera.state.settings, words))
    }
    let counters = device.camera.state.counters
    return "camera 127.0.0.1:\(device.camera.port), \(counters.connectionsOpen) connected, "
      + "\(counters.connectionsAtMost) at most, \(counters.connectionsEver) ever, \(counters.framesSent) pictures, "
      + "\(counters.authenticationFailures) not let in"
  }

  /// The settings after these words.
  static func change(_ settings: CameraSettings, _ words: [String]) throws(SimulatorError) -> CameraSettings {
    var settings = settings
    var rest = words[...]
    while let word = rest.popFirst() {
      if try setPlain(word, &settings) { continue }
      guard let value = rest.popFirst() else { throw SimulatorError(help) }
      try set(word, value, &settings)
    }
    return settings
  }

  /// False when the word is none that stands alone.
  private static func setPlain(_ word: String, _ settings: inout CameraSettings) throws(SimulatorError) -> Bool {
    switch word {
    case "good": settings = CameraSettings()
    case "on": (settings.isEnabled, settings.urlOmitsPort) = (true, false)
    case "no-port": (settings.isEnabled, settings.urlOmitsPort) = (true, true)
    case "off": settings.isEnabled = false
    case "kick": settings.refusesNewcomers = false
    case "refuse-second": settings.refusesNewcomers = true
    default:
      if let fault = faults[word] {
        settings.fault = fault
      } else if let picture = CameraSettings.Picture(rawValue: word) {
        settings.picture = picture
      } else if let sending = CameraSettings.Sending(rawValue: word) {
        settings.sending = sending
      } else {
        return false
      }
    }
    return true
  }

  private static func set(
    _ word: String, _ value: String, _ settings: inout CameraSettings
  ) throws(SimulatorError) {
    switch word {
    case "fps":
      guard let rate = Double(value), rate > 0, rate <= 120 else {
        throw SimulatorError("fps must be above 0 and at most 120")
      }
      settings.framesPerSecond = rate
    case "size":
      let numbers = value.split(separator: "x").map { Int($0) ?? 0 }
      guard numbers.count == 2, let size = CameraSettings.Size(width: numbers[0], height: numbers[1]) else {
        throw SimulatorError("size must be like 1280x720, of even numbers from 32 to 8192")
      }
      settings.size = size
    case "quality":
      guard let quality = Int(value), (1...100).contains(quality) else { throw SimulatorError("quality is 1 to 100") }
      settings.quality = quality
    case "clients":
      guard let count = Int(value), (1...32).contains(count) else { throw SimulatorError("clients is 1 to 32") }
      settings.clientLimit = count
    case "timeout":
      guard let seconds = Double(value), (1...3600).contains(seconds) else {
        throw SimulatorError("timeout is 1 to 3600")
      }
      settings.sessionSeconds = seconds
    case "drop-after":
      guard let seconds = Double(value), (0...3600).contains(seconds) else {
        throw SimulatorError("drop-after is 0 to 3600 seconds")
      }
      settings.fault = .dropAfter(seconds: seconds)
    default: throw SimulatorError(help)
    }
  }
}
