import Glibc
import Model

/// A printer's camera port: it listens on the simulator's thread, and each client has a thread of its own, so that
/// drawing and encoding hold up nobody.
final class CameraPort {
  let kind: PrinterModel.CameraKind
  let port: UInt16
  let state: CameraState
  private let poller: Poller
  private var listener: Int32
  /// Holds the port while nobody listens there, so that no other program gets it meanwhile.
  private var placeholder: Int32?
  private var isPowered = true

  /// - Parameter port: 0 lets the system choose.
  init(
    kind: PrinterModel.CameraKind, port: UInt16, accessCode: String, context: TLSServerContext,
    settings: CameraSettings, scene: CameraScene, poller: Poller
  ) throws(SimulatorError) {
    self.kind = kind
    self.poller = poller
    state = CameraState(
      isVideo: kind == .rtsps322, accessCode: accessCode, context: context, settings: settings, scene: scene)
    (listener, self.port) = try Sockets.listen(port: port)
    watchListener()
    if settings.fault == .refuseConnections { closeListener() }
  }

  deinit {
    if let placeholder { Glibc.close(placeholder) }
  }

  /// From the next picture and the next connection on.
  func set(_ settings: CameraSettings) throws(SimulatorError) {
    state.settings = settings
    if settings.fault == .refuseConnections {
      closeListener()
    } else if isPowered {
      try openListener()
    }
  }

  func powerOff() {
    isPowered = false
    closeListener()
    state.dropAll()
  }

  func powerOn() throws(SimulatorError) {
    isPowered = true
    if state.settings.fault != .refuseConnections { try openListener() }
  }

  private func closeListener() {
    guard listener >= 0 else { return }
    poller.unwatch(listener)
    Glibc.close(listener)
    listener = -1
    placeholder = Sockets.reserve(port: port)
  }

  private func openListener() throws(SimulatorError) {
    guard listener < 0 else { return }
    if let placeholder { Glibc.close(placeholder) }
    placeholder = nil
    listener = try Sockets.listen(port: port).descriptor
    watchListener()
  }

  private func watchListener() {
    poller.watch(listener, events: POLLIN) { [weak self] _ in self?.acceptAll() }
  }

  private func acceptAll() {
    while listener >= 0, let descriptor = Sockets.accept(listener) {
      guard let id = state.keep(descriptor) else {
        Glibc.close(descriptor)
        continue
      }
      let state = state
      let started = SessionThread.start {
        CameraSession.serve(descriptor, id: id, state: state)
        state.release(id)
      }
      if !started { state.release(id) }
    }
  }
}
