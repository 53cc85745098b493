/// A printer and its camera.
extension PrinterDevice {
  /// How the camera behaves from now on; the report's `ipcam` follows.
  func setCamera(_ settings: CameraSettings) throws(SimulatorError) {
    let before = camera.state.settings
    if isOn { try camera.set(settings) } else { camera.state.settings = settings }
    guard before.liveView != settings.liveView else { return }
    change { $1.liveView = settings.liveView }
    // A screen that switches it off ends what is being watched.
    if !settings.isEnabled, camera.state.isVideo { camera.state.dropAll() }
  }

  /// What the camera sees from now on.
  func showScene() { camera.state.scene = CameraScene(name: name, machine: machine) }
}

extension CameraSettings {
  var liveView: MachineState.LiveView { isEnabled ? (urlOmitsPort ? .onWithoutPort : .on) : .off }
}
