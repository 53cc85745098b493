/// Why there is no picture; each is told in words (lessons: say why, never a broken image).
package enum CameraProblem: Hashable, Sendable {
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
  /// The picture is switched off at the printer's screen (protocol sheet, section 5.2).
  case switchedOff
  /// Connected, and no picture for too long.
  case stalled
  /// What came is no picture, or larger than a picture may be.
  case unreadable
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
}
