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
