import Camera
import Model
import Service
import Store
import Wire

/// How a camera stands (contract, section 5, "Camera").
package struct CameraStateView: WireObject {
  let printer: PrinterSnapshot
  /// nil while nobody has looked since the service started.
  let status: CameraStatus?
  let viewers: Int

  package static let name = "Camera"
  package static let fields: [ObjectField<CameraStateView>] = identity + state

  private static let identity: [ObjectField<CameraStateView>] = PrinterCameraView.fields.map { field in
    ObjectField(wrapping: field) { PrinterCameraView(identity: $0.printer.identity) }
  }

  private static let state: [ObjectField<CameraStateView>] = [
    ObjectField(
      "state", "`idle` while nobody looks, `connecting`, `live`, or `down`.",
      schema: .choice(["idle", "connecting", "live", "down"]), example: "live"
    ) { $0.phase },
    ObjectField("viewers", "Connections that watch it.", example: 2) { $0.viewers },
    ObjectField("fps", "Pictures a second, as measured; null while there are none.", example: 1.5) {
      $0.status?.framesPerSecond.map { ($0 * 100).rounded() / 100 }
    },
    ObjectField("age", "Seconds since the last picture came; null before the first.", example: 0.4) {
      $0.status?.pictureAge.map { ($0.seconds * 1000).rounded() / 1000 }
    },
    ObjectField("width", "Of the last pictures, in pixels.", example: 1280) { $0.status?.size?.width },
    ObjectField("height", "Of the last pictures, in pixels.", example: 720) { $0.status?.size?.height },
    ObjectField("error", "Why there is no picture, as one word; null while nothing is wrong.", example: .null) {
      $0.problem?.word
    },
    ObjectField("reason", "The same in words, with what to do.", example: .null) { $0.problem?.sentence },
  ]

  private var problem: CameraProblem? {
    if case .down(let problem)? = status?.phase { return problem }
    return printer.isCameraSwitchedOff ? .switchedOff : nil
  }

  private var phase: String {
    switch status?.phase {
    case .idle?, nil: problem == nil ? "idle" : "down"
    case .connecting?: "connecting"
    case .live?: "live"
    case .down?: "down"
    }
  }
}

/// The answer to `camera/stop`.
package struct StoppedStreamsView: WireObject {
  let count: Int

  package static let name = "StoppedStreams"
  package static let fields: [ObjectField<StoppedStreamsView>] = [
    ObjectField("stopped", "Streams that were ended.", example: 2) { $0.count }
  ]
}

/// A time-lapse in a list.
package struct TimelapseView: WireObject {
  let record: TimelapseRecord

  package static let name = "Timelapse"
  package static let fields: [ObjectField<TimelapseView>] = [
    ObjectField("id", "Its number.", example: 3) { $0.record.id.rawValue },
    ObjectField("printer_id", "The printer that was filmed; null once it is deleted.", example: 1) {
      $0.record.printerID?.rawValue
    },
    ObjectField("printer_name", "As it was called then.", example: "Workshop X1C") { $0.record.printerName },
    ObjectField("task_name", "The job that was filmed.", example: "Benchy") { $0.record.taskName },
    ObjectField("recording", "The print still goes on.") { $0.record.isRecording },
    ObjectField("frames", "Pictures in it, at 24 a second.", example: 240) { $0.record.frames },
    ObjectField("size", "Bytes.", example: 18_874_368) { $0.record.bytes },
    ObjectField("end_reason", "Why it ended before its print did, or null.", example: .null) { $0.record.endReason },
    ObjectField("created_at", "When it began.") { $0.record.begunAt },
    ObjectField("updated_at", "When it ended, or else began.") { $0.record.updatedAt },
  ]
}

/// A printer's camera by its kind.
package struct PrinterCameraView: WireObject {
  let identity: PrinterIdentity

  package static let name = "PrinterCamera"
  package static let fields: [ObjectField<PrinterCameraView>] = [
    ObjectField(
      "kind", "`jpeg6000` or `rtsps322` by model, or `external`; null when the model is not known.",
      example: "rtsps322"
    ) { $0.identity.externalCamera == nil ? $0.identity.model?.camera.rawValue : "external" },
    ObjectField(
      "url", "Of the external camera, its password and query as dots; null where it is the printer's own.",
      example: "http://user:***@192.168.1.50/video"
    ) { $0.identity.externalCamera?.description },
  ]
}

extension CameraProblem {
  /// For programs.
  var word: String {
    switch self {
    case .unreachable: "unreachable"
    case .unknownHost: "unknown_host"
    case .refused: "refused"
    case .certificateChanged: "certificate_changed"
    case .wrongSerial: "wrong_serial"
    case .untrusted: "untrusted"
    case .notAllowed: "not_allowed"
    case .switchedOff: "switched_off"
    case .stalled: "stalled"
    case .unreadable: "unreadable"
    case .dark: "dark"
    case .closed: "closed"
    case .decoderMissing: "decoder_missing"
    case .decoderFailed: "decoder_failed"
    case .deviceUnavailable: "device_unavailable"
    case .noResources: "no_resources"
    }
  }
}

extension Duration {
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
