import Glibc
import Loop
import Rules

/// A button: its line, and the machine that makes gestures of what the line does. Confined to the board's loop.
final class ButtonReader: LoopSource {
  /// What the board hears of it.
  struct Ears {
    let gesture: (String, ButtonGesture) -> Void
    /// How far the press has gone.
    let phase: (String, ButtonMachine.Phase) -> Void
    let failed: (GPIOFailure) -> Void
  }

  let pin: ButtonPin
  private let loop: PollLoop
  private let ears: Ears
  private var line: (any InputLine)?
  private var machine: ButtonMachine
  private var phase = ButtonMachine.Phase.up
  private var timer: LoopTimer?
  private(set) var problem: String?

  init(pin: ButtonPin, gestures: Set<ButtonGesture>, loop: PollLoop, ears: Ears) {
    self.pin = pin
    self.loop = loop
    self.ears = ears
    machine = ButtonMachine(debounce: pin.debounce, gestures: gestures, isDown: false, now: loop.now)
  }

  var isConnected: Bool { line != nil }
  var isStuck: Bool { machine.phase == .stuck }
  var descriptor: Int32 { line?.descriptor ?? -1 }
  var interest: Int16 { Int16(POLLIN) }

  func connect(_ line: any InputLine) {
    do throws(GPIOFailure) {
      // A button that is down as the service starts says nothing until it has come up.
      machine = ButtonMachine(
        debounce: pin.debounce, gestures: machine.gestures, isDown: try line.isActive(), now: loop.now)
    } catch {
      return fail(error)
    }
    self.line = line
    problem = nil
    if line.descriptor != nil { loop.add(self) }
  }

  func disconnect(problem: GPIOFailure?) {
    loop.remove(self)
    timer?.cancel()
    timer = nil
    line = nil
    self.problem = problem?.description
    tell(.up)
  }

  func refuse(_ failure: GPIOFailure) { problem = failure.description }

  /// The gestures begin to mean something else.
  func recognize(_ gestures: Set<ButtonGesture>) {
    machine = machine.recognizing(gestures)
    look(isEdge: false)
  }

  func ready(_ events: Int16) {
    do throws(GPIOFailure) {
      // A chip that goes wakes with an error and nothing to be read.
      guard events & Int16(POLLERR | POLLHUP | POLLNVAL) == 0 else { throw .vanished(pin.line.chip) }
      try line?.drain()
    } catch {
      return fail(error)
    }
    look(isEdge: true)
  }

  /// Reads the level and tells what became of it: at an edge, and when the machine wants it.
  func look(isEdge: Bool) {
    guard let line else { return }
    let gesture: ButtonGesture?
    do throws(GPIOFailure) {
      gesture = machine.take(isDown: try line.isActive(), isEdge: isEdge, at: loop.now)
    } catch {
      return fail(error)
    }
    timer?.cancel()
    timer = machine.deadline.map { due in loop.schedule(at: due) { [weak self] in self?.look(isEdge: false) } }
    tell(machine.phase)
    if let gesture { ears.gesture(pin.name, gesture) }
  }

  func loopEnded() {
    timer = nil
    line = nil
  }

  private func tell(_ new: ButtonMachine.Phase) {
    guard new != phase else { return }
    phase = new
    ears.phase(pin.name, new)
  }

  private func fail(_ failure: GPIOFailure) {
    disconnect(problem: failure)
    ears.failed(failure)
  }
}

/// How a button stands.
package struct ButtonStanding: Hashable, Sendable {
  package let name: String
  /// Down for longer than anybody would press it: it means nothing until it comes up.
  package let isStuck: Bool
  /// A sentence; nil where all is well.
  package let problem: String?
}
