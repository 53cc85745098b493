package import Camera
package import Loop
import TLS

/// Makes the source for each way to a camera.
package struct CameraSources: Sendable {
  /// The ffmpeg for cameras that send video; nil where there is none.
  private let program: DecoderProgram?
  /// Where an external camera may be: asked for each attempt, as a setting changes it.
  private let rule: @Sendable () -> AddressRule

  package init(program: DecoderProgram?, rule: @escaping @Sendable () -> AddressRule) {
    self.program = program
    self.rule = rule
  }

  /// On the camera loop, once for each attempt.
  func make(
    _ kind: CameraWay.Kind, loop: PollLoop, assembly: PictureAssembly, judgesDates: Bool,
    observe: @escaping @Sendable (TrustVerdict) -> Void
  ) -> any CameraSource {
    switch kind {
    case .jpeg(var target):
      target.trust.judgesDates = judgesDates
      return ChamberCameraSource(loop: loop, target: target, assembly: assembly, observe: observe)
    case .rtsp(var target):
      target.trust.judgesDates = judgesDates
      return RTSPCameraSource(
        loop: loop, target: RTSPCameraTarget(target), program: program, assembly: assembly, observe: observe)
    case .external(let address):
      return ExternalCamera.source(for: address, loop: loop, rule: rule(), program: program, assembly: assembly)
    case .switchedOff: return UnavailableSource(loop: loop, problem: .switchedOff)
    case .disconnected, .unknownModel: return UnavailableSource(loop: loop, problem: .closed)
    }
  }
}
