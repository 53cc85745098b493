import CShims
import Glibc
import Loop

/// A child process that dies with the loop's thread, and for whose end the loop waits: no signal handler, and no zombie.
/// Confined to the loop, which keeps it until it has ended.
final class TiedProcess: LoopSource {
  private let loop: PollLoop
  private let id: pid_t
  /// Readable once the process has ended.
  private(set) var descriptor: Int32

  let interest = Int16(POLLIN)

  /// - Parameters:
  ///   - arguments: the program's path first.
  ///   - input: stays the caller's, as the two others do.
  init?(
    loop: PollLoop, arguments: [String], environment: [String], input: Int32, output: Int32, errors: Int32
  ) {
    loop.assertOnLoop()
    guard let path = arguments.first else { return nil }
    var words = arguments.map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer {
      for word in words { free(word) }
      for variable in variables { free(variable) }
    }
    let child = layerberry_spawn_piped(path, &words, &variables, input, output, errors)
    guard child > 0 else { return nil }
    id = child
    self.loop = loop
    descriptor = layerberry_watch_process(child)
    guard descriptor >= 0 else {
      Glibc.kill(child, SIGKILL)
      waitpid(child, nil, 0)
      return nil
    }
    loop.add(self)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func kill() { if descriptor >= 0 { Glibc.kill(id, SIGKILL) } }

  func ready(_ events: Int16) { if reap() { loop.remove(self) } }

  /// The thread is about to end: a second is enough for all but a process that is stuck in a driver.
  func loopEnded() {
    kill()
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&watched, 1, 1000)
    _ = reap()
  }

  private func reap() -> Bool {
    guard descriptor >= 0 else { return true }
    let result = waitpid(id, nil, WNOHANG)
    guard result == id || (result < 0 && errno == ECHILD) else { return false }
    close(descriptor)
    descriptor = -1
    return true
  }
}
