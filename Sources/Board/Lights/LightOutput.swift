import Glibc

/// Something that gives light. Confined to the board's loop.
protocol LightOutput: AnyObject {
  /// - Parameter level: 0 is dark, 1 as bright as it can be.
  func show(_ level: Double) throws(GPIOFailure)
}

/// A light at a line: on from half on.
final class LineLight: LightOutput {
  private let line: any OutputLine

  init(_ line: any OutputLine) { self.line = line }

  func show(_ level: Double) throws(GPIOFailure) { try line.set(level >= 0.5) }
}

/// A light at a PWM channel, by the kernel's files.
final class PWMLight: LightOutput {
  /// Nanoseconds: 1 kHz, which no eye sees.
  private static let period = 1_000_000

  private let folder: String
  private let name: String
  private let isActiveLow: Bool

  /// - Parameter root: where the kernel shows its PWM chips.
  init(chip: Int, channel: Int, isActiveLow: Bool, root: String) throws(GPIOFailure) {
    name = "PWM channel \(chip):\(channel)"
    folder = "\(root)/pwmchip\(chip)/pwm\(channel)"
    self.isActiveLow = isActiveLow
    if access(folder, F_OK) != 0 { try write("\(channel)", to: "\(root)/pwmchip\(chip)/export") }
    try write("\(Self.period)", to: "\(folder)/period")
    try write("\(duty(0))", to: "\(folder)/duty_cycle")
    try write("1", to: "\(folder)/enable")
  }

  func show(_ level: Double) throws(GPIOFailure) { try write("\(duty(level))", to: "\(folder)/duty_cycle") }

  private func duty(_ level: Double) -> Int {
    let bright = Int((Double(Self.period) * min(max(level, 0), 1)).rounded())
    return isActiveLow ? Self.period - bright : bright
  }

  private func write(_ text: String, to path: String) throws(GPIOFailure) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    let bytes = Array(text.utf8)
    let count = descriptor < 0 ? -1 : Glibc.write(descriptor, bytes, bytes.count)
    let number = errno
    if descriptor >= 0 { close(descriptor) }
    guard count == bytes.count else {
      throw .refused("\(name) cannot be used", reason: String(cString: strerror(number)))
    }
  }
}
