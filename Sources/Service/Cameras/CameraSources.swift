import Camera
import Loop
import TLS

/// Makes the source for each way to a camera.
package struct CameraSources: Sendable {
  package init() {}

  /// On the camera loop, once for each attempt.
  func make(
    _ kind: CameraWay.Kind, loop: PollLoop, assembly: PictureAssembly, judgesDates: Bool,
    observe: @escaping @Sendable (TrustVerdict) -> Void
  ) -> any CameraSource {
    switch kind {
    case .jpeg(var target):
      target.trust.judgesDates = judgesDates
      return ChamberCameraSource(loop: loop, target: target, assembly: assembly, observe: observe)
    case .rtsp, .external: return UnavailableSource(loop: loop, problem: .decoderMissing)
    case .switchedOff: return UnavailableSource(loop: loop, problem: .switchedOff)
    case .disconnected, .unknownModel: return UnavailableSource(loop: loop, problem: .closed)
    }
  }
}
