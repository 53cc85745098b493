import Loop
import NIOCore

/// One connection to the camera, with what the hub knows of it. Confined to the camera loop.
final class Upstream: CameraReceiver {
  private let source: any CameraSource
  private weak var hub: CameraHub?
  /// When the first picture came.
  var liveSince: ContinuousClock.Instant?

  init(_ source: any CameraSource, hub: CameraHub) {
    self.source = source
    self.hub = hub
  }

  func start() { source.start(self) }

  /// Nothing is heard of it afterwards.
  func stop() {
    hub = nil
    source.stop()
  }

  func received(_ jpeg: ByteBuffer) { hub?.assumeIsolated { $0.received(jpeg) } }

  func ended(_ problem: CameraProblem) {
    let hub = self.hub
    self.hub = nil
    hub?.assumeIsolated { $0.upstreamEnded(problem) }
  }
}
