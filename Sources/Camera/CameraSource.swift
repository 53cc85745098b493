package import NIOCore

/// Where pictures come from: one camera, by one of the ways in which cameras speak. Confined to the camera loop.
///
/// A source holds at most one connection, and makes no attempt of its own to come back: its hub decides when to try
/// again (the architecture, "Rules of the house"). Only RTSP takes up a stream that broke off, for its decoder's sake.
package protocol CameraSource: AnyObject {
  /// Connects, and hands what comes to the receiver, on the loop and never from within this call.
  func start(_ receiver: any CameraReceiver)
  /// Lets go of everything at once: socket, child process, timers. Nothing is told afterwards. Safe to call twice.
  func stop()
}

/// Who hears from a source. Confined to the camera loop.
package protocol CameraReceiver: AnyObject {
  /// One complete picture, from FF D8 to FF D9; not decoded yet.
  func received(_ jpeg: ByteBuffer)
  /// It is over, and the source has let go of everything; nothing follows.
  func ended(_ problem: CameraProblem)
}
