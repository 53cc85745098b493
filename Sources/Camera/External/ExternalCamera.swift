package import Loop
package import Model

/// Makes the source that an external camera's address calls for (contract, section 5, "Camera").
package enum ExternalCamera {
  /// A new source for one attempt. On the camera loop.
  ///
  /// - Parameters:
  ///   - program: the ffmpeg for RTSP; nil when there is none.
  ///   - decoding: how ffmpeg is used, its frame rate above all.
  package static func source(
    for address: ExternalCameraAddress, loop: PollLoop, rule: AddressRule, program: DecoderProgram?,
    assembly: PictureAssembly, decoding: FrameDecoder.Settings = FrameDecoder.Settings()
  ) -> any CameraSource {
    switch address.kind {
    case .device(let number): DeviceCameraSource(loop: loop, path: "/dev/video\(number)", assembly: assembly)
    case .network(let place) where place.scheme.isRTSP:
      RTSPCameraSource(
        loop: loop, target: RTSPCameraTarget(place), program: program, assembly: assembly, decoding: decoding,
        rule: rule)
    case .network(let place): HTTPCameraSource(loop: loop, place: place, rule: rule, assembly: assembly)
    }
  }
}
