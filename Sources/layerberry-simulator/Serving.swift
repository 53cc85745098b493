import Glibc
import Simulator

/// One line to standard output, at once.
func say(_ line: String) {
  print(line)
  fflush(nil)
}

/// Answers control lines from standard input until it ends; an ended input does not end the simulation.
func answerStandardInput(_ simulation: Simulation) {
  while let line = readLine() {
    let answer = simulation.command(line)
    if !answer.isEmpty { say(answer) }
  }
}

/// Every replayed printer's next delta, until none has any left.
func sendDeltas(_ simulation: Simulation, every seconds: Double) async {
  var isMore = true
  while isMore {
    do { try await Task.sleep(for: .seconds(seconds)) } catch { return }
    isMore = false
    for printer in simulation.printers where printer.nextDelta() != nil { isMore = true }
  }
}

/// SIGTERM and SIGINT, waited for instead of handled.
struct StopSignals: Sendable {
  func wait() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      Thread.start {
        var signals = stopSignals()
        var received: Int32 = 0
        while sigwait(&signals, &received) != 0 {}
        continuation.resume()
      }
    }
  }
}

/// Blocks the signals for this thread and all that it starts; before any other thread exists.
func blockStopSignals() -> StopSignals {
  var signals = stopSignals()
  pthread_sigmask(SIG_BLOCK, &signals, nil)
  return StopSignals()
}

private func stopSignals() -> sigset_t {
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGTERM)
  sigaddset(&signals, SIGINT)
  return signals
}
