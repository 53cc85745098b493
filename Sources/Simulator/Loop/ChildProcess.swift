import CShims
import Glibc

/// A program that dies with the thread that starts it, and starts with no signal blocked: the pool's threads block
/// them all, and children would inherit that.
struct ChildProcess {
  let id: pid_t

  /// - Parameter output: the file that both outputs go to, replaced.
  init(_ program: String, _ arguments: [String], output: String) throws(SimulatorError) {
    let log = open(output, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
    guard log >= 0 else { throw SimulatorError("cannot write \(output): \(Sockets.reason())") }
    defer { close(log) }
    var words: [UnsafeMutablePointer<CChar>?] = []
    for word in [program] + arguments { words.append(strdup(word)) }
    words.append(nil)
    defer { for word in words { free(word) } }
    let started = layerberry_spawn_tied(program, &words, log)
    guard started > 0 else { throw SimulatorError("cannot start \(program): \(String(cString: strerror(-started)))") }
    id = started
  }

  var hasEnded: Bool {
    var status: Int32 = 0
    return waitpid(id, &status, WNOHANG) == id
  }

  /// Kills it, as a power cut would.
  func kill() {
    Glibc.kill(id, SIGKILL)
    waitpid(id, nil, 0)
  }

  /// Blocks until it ends; its exit status, or minus the signal that ended it.
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : -signal
  }
}
