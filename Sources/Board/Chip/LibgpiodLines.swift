import CGPIO
import Glibc

/// What a failed call on a line means: a line fails once it is ours only where its chip goes.
private func lineFailure(_ number: Int32, chip: String) -> GPIOFailure {
  number == ENODEV || number == ENXIO
    ? .vanished(chip) : .refused("A line of \(chip) does not answer", reason: LibgpiodChip.reason(number))
}

final class LibgpiodOutput: OutputLine {
  private let line: OpaquePointer
  private let chip: String

  init(line: OpaquePointer, chip: String) {
    self.line = line
    self.chip = chip
  }

  deinit { cgpio_release(line) }

  var descriptor: Int32? { nil }

  func set(_ isOn: Bool) throws(GPIOFailure) {
    guard cgpio_set(line, isOn ? 1 : 0) == 0 else { throw lineFailure(errno, chip: chip) }
  }

  func isOn() throws(GPIOFailure) -> Bool {
    let value = cgpio_get(line)
    guard value >= 0 else { throw lineFailure(errno, chip: chip) }
    return value == 1
  }
}

/// A relay's line, whose descriptor is ours. Closing it lets go of the line where no keeper has it as well.
final class HeldOutput: OutputLine {
  private let held: Int32
  private let chip: String

  init(holding descriptor: Int32, chip: String) {
    held = descriptor
    self.chip = chip
  }

  deinit { close(held) }

  var descriptor: Int32? { held }

  func set(_ isOn: Bool) throws(GPIOFailure) {
    guard cgpio_held_set(held, isOn ? 1 : 0) == 0 else { throw lineFailure(errno, chip: chip) }
  }

  func isOn() throws(GPIOFailure) -> Bool {
    let value = cgpio_held_get(held)
    guard value >= 0 else { throw lineFailure(errno, chip: chip) }
    return value == 1
  }
}

final class LibgpiodInput: InputLine {
  private let line: OpaquePointer
  private let chip: String

  init(line: OpaquePointer, chip: String) {
    self.line = line
    self.chip = chip
  }

  deinit { cgpio_release(line) }

  var descriptor: Int32? { cgpio_descriptor(line) }

  func isActive() throws(GPIOFailure) -> Bool {
    let value = cgpio_get(line)
    guard value >= 0 else { throw lineFailure(errno, chip: chip) }
    return value == 1
  }

  func drain() throws(GPIOFailure) {
    guard cgpio_drain(line) >= 0 else { throw lineFailure(errno, chip: chip) }
  }
}
