import Camera
import Link
import Model
import Store
import TLS

/// How a printer's camera is reached: by what a person entered and what the printer reports.
struct CameraWay: Sendable {
  enum Kind: Sendable {
    /// The printer's own: JPEGs over TLS (protocol sheet, section 5.1).
    case jpeg(PrinterCameraTarget)
    /// The printer's own: RTSP over TLS (section 5.2).
    case rtsp(PrinterCameraTarget)
    /// The printer's own, switched off on its screen.
    case switchedOff
    case external(ExternalCameraAddress)
    /// The service does not follow the printer.
    case disconnected
    /// Nobody knows what model it is, so where its camera listens is not known either.
    case unknownModel
  }

  var kind: Kind
  /// Tells one way from another; with it nothing has changed.
  var mark: Mark

  struct Mark: Hashable, Sendable {
    var kind: Int
    var host: HostName?
    var port: PortNumber?
    var accessCode: AccessCode?
    var serial: SerialNumber?
    var external: ExternalCameraAddress?
    /// Compared apart from the rest: a pin that the camera's own connection has brought is no reason to break it off.
    var pin: Fingerprint?
  }
}

extension PrinterKeeper {
  /// How the camera is reached now.
  func cameraWay() -> CameraWay {
    if let external = record.externalCamera {
      return CameraWay(kind: .external(external), mark: CameraWay.Mark(kind: 0, external: external))
    }
    guard record.isEnabled else { return CameraWay(kind: .disconnected, mark: CameraWay.Mark(kind: 1)) }
    let report = session?.report
    guard let model = report?.model ?? record.model ?? PrinterModel(serial: record.serial) else {
      return CameraWay(kind: .unknownModel, mark: CameraWay.Mark(kind: 2))
    }
    let isRTSP = model.camera == .rtsps322
    if isRTSP, report?.camera.isDisabled == true {
      return CameraWay(kind: .switchedOff, mark: CameraWay.Mark(kind: 3))
    }
    let port = record.cameraPort ?? (isRTSP ? .rtspCamera : .jpegCamera)
    let target = PrinterCameraTarget(
      host: record.host, port: port, accessCode: record.accessCode,
      trust: TrustPolicy(
        serial: record.serial, pinned: record.pin, authorities: surroundings.authorities,
        judgesDates: surroundings.clock.isSet))
    return CameraWay(
      kind: isRTSP ? .rtsp(target) : .jpeg(target),
      mark: CameraWay.Mark(
        kind: isRTSP ? 4 : 5, host: record.host, port: port, accessCode: record.accessCode, serial: record.serial,
        pin: record.pin))
  }
}
