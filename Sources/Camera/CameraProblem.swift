/// Why there is no picture; each is told in words (lessons: say why, never a broken image).
package enum CameraProblem: Hashable, Sendable, CaseIterable {
  /// Nobody answers at the address.
  case unreachable
  /// The address has no number: the name is not known.
  case unknownHost
  /// The camera ended the connection after our access code or password.
  case refused
  /// Another certificate than the pinned one is offered; nothing secret was sent.
  case certificateChanged
  /// The certificate is made out to another printer.
  case wrongSerial
  /// The certificate is issued by nobody we know, or for another host; nothing secret was sent.
  case untrusted
  /// The address is one that the service must not reach: its own, a link-local or a multicast one.
  case notAllowed
  /// The picture is switched off at the printer's screen (protocol sheet, section 5.2).
  case switchedOff
  /// Connected, and no picture for too long.
  case stalled
  /// What came is no picture, or larger than a picture may be.
  case unreadable
  /// The pictures are all black.
  case dark
  /// The connection ended.
  case closed
  /// The program ffmpeg, which decodes this kind of camera, is not installed.
  case decoderMissing
  /// ffmpeg ended by itself.
  case decoderFailed
  /// The device is not there, is in use, or is no camera.
  case deviceUnavailable
  /// No memory, no descriptor, no process.
  case noResources

  /// What happened and what to do, for a person.
  package var sentence: String {
    switch self {
    case .unreachable: "The camera does not answer: check that it is on, and its address."
    case .unknownHost: "The camera's host name is not known: check its address."
    case .refused:
      "The camera refused us: check the access code or password, and whether another program has its picture."
    case .certificateChanged: "The camera shows another certificate than before: check it and accept it."
    case .wrongSerial: "Another printer answers at this address: check address and serial number."
    case .untrusted:
      "The camera's certificate is not issued for its host by a known authority: give its key's SHA-256 behind a #."
    case .notAllowed: "The camera's address is one that this service must not reach: check it."
    case .switchedOff: "The picture is switched off at the printer: allow LAN liveview on its screen."
    case .stalled: "The camera is connected and sends no pictures: it is tried again."
    case .unreadable: "What the camera sends is no picture."
    case .dark: "The camera's picture is black: switch a light on."
    case .closed: "The camera ended the connection: it is tried again."
    case .decoderMissing: "ffmpeg is not installed, which this kind of camera needs."
    case .decoderFailed: "ffmpeg could not read the camera's picture: it is tried again."
    case .deviceUnavailable: "The camera is not plugged in, is in use, or is no camera."
    case .noResources: "The service is short of memory or descriptors: it is tried again."
    }
  }

  /// Whether nothing will change until a person does something: asking again soon is of no use, and with a wrong access
  /// code it does harm.
  package var isRefusal: Bool {
    switch self {
    case .refused, .certificateChanged, .wrongSerial, .untrusted, .notAllowed: true
    default: false
    }
  }
}
