/// One connection to a simulated camera, from its first byte to its last, on a thread of its own.
enum CameraSession {
  /// From TCP to the end of what a client must say first. Seconds.
  static let patience = 30.0

  static func serve(_ socket: Int32, id: Int, state: CameraState) {
    let settings = state.settings
    if settings.fault == .closeAtOnce || (state.isVideo && !settings.isEnabled) { return }
    guard let channel = CameraChannel(socket: socket, context: state.context) else { return }
    if settings.fault == .silent {
      return channel.waitForEnd()
    }
    guard channel.handshake(until: Poller.monotonicSeconds() + patience) else { return }
    if state.isVideo {
      RTSPSession(channel: channel, state: state, id: id).serve()
    } else {
      JPEGSession(channel: channel, state: state, id: id).serve()
    }
  }
}
