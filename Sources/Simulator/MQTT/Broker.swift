import Glibc

/// The one real mosquitto behind all printers: plain, on loopback, without persistence.
///
/// Topics carry the serial number, so that printers do not meet in it. Belongs to the simulator's thread: the
/// kernel kills the process when that thread ends, however it ends.
final class Broker {
  let port: UInt16
  private let folder: String
  private var process: ChildProcess?

  init(folder: String) throws(SimulatorError) {
    self.folder = folder
    let probe = try Sockets.listen(port: 0)
    port = probe.port
    close(probe.descriptor)
  }

  var isRunning: Bool { process != nil }

  /// Starts mosquitto and waits until it listens, at most 5 seconds.
  func start() throws(SimulatorError) {
    guard process == nil else { return }
    guard let program = Self.findProgram() else {
      throw SimulatorError(
        "there is no mosquitto in PATH or /usr/sbin: install the Debian package \"mosquitto\" (apt install mosquitto)")
    }
    let configuration = "\(folder)/mosquitto.conf"
    // Started as root it would change its user, and the kernel then forgets whom it should die with.
    let user = geteuid() == 0 ? "user root" : ""
    let text = """
      listener \(port) 127.0.0.1
      allow_anonymous true
      persistence false
      log_dest stderr
      log_type error
      max_inflight_messages 0
      max_queued_messages 1000
      set_tcp_nodelay true
      \(user)

      """
    try Files.write(Array(text.utf8), to: configuration)
    let child = try ChildProcess(program, ["-c", configuration], output: "\(folder)/mosquitto.log")
    process = child
    let deadline = Poller.monotonicSeconds() + 5
    while Poller.monotonicSeconds() < deadline {
      if let descriptor = Sockets.connect(port: port) {
        close(descriptor)
        return
      }
      if child.hasEnded {
        process = nil
        throw SimulatorError("mosquitto ended at once; see \(folder)/mosquitto.log")
      }
      usleep(5_000)
    }
    stop()
    throw SimulatorError("mosquitto does not listen on 127.0.0.1:\(port) after 5 seconds")
  }

  /// Kills it, as a power cut would.
  func stop() {
    process?.kill()
    process = nil
  }

  private static func findProgram() -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
    return folders.map { "\($0)/mosquitto" }.first { access($0, X_OK) == 0 }
  }
}
