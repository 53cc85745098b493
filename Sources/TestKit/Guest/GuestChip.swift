/// A GPIO chip of the guest that gpio-sim plays: what stands outside a pin is done and seen here.
package struct GuestChip: Sendable {
  private let guest: GuestMachine
  private let live: String
  /// For example `gpiochip0`: its device is `/dev/gpiochip0`.
  package let name: String
  /// Where the kernel shows what stands outside its lines.
  private let lines: String

  /// Makes a chip.
  ///
  /// - Parameters:
  ///   - label: what programs find it by, such as `pinctrl-rp1`.
  ///   - lines: how many it has.
  ///   - names: of lines by their numbers; others have none.
  package init(_ guest: GuestMachine, label: String, lines: Int, names: [Int: String] = [:]) throws {
    self.guest = guest
    try guest.load("gpio-sim")
    let folder = "/sys/kernel/config/gpio-sim/\(label)"
    let naming = names.map {
      "mkdir \(folder)/bank/line\($0.key); echo '\($0.value)' >\(folder)/bank/line\($0.key)/name"
    }
    try guest.run(
      """
      set -e
      mkdir -p \(folder)/bank
      echo \(lines) >\(folder)/bank/num_lines
      echo '\(label)' >\(folder)/bank/label
      \(naming.joined(separator: "\n"))
      echo 1 >\(folder)/live
      """)
    let made = try guest.run("cat \(folder)/dev_name \(folder)/bank/chip_name").split(separator: "\n").map(String.init)
    guard made.count == 2 else { throw TestKitError("no chip: \(made)") }
    name = made[1]
    live = "\(folder)/live"
    self.lines = "/sys/devices/platform/\(made[0])/\(made[1])"
  }

  /// The file that says what the world outside applies to a line: `pull-up` or `pull-down`.
  package func pullFile(_ line: Int) -> String { "\(lines)/sim_gpio\(line)/pull" }

  /// The file with the level of a line, 0 or 1.
  package func valueFile(_ line: Int) -> String { "\(lines)/sim_gpio\(line)/value" }

  /// The chip goes, as if it were unplugged, or comes back.
  package func setThere(_ isThere: Bool) throws { try guest.write(isThere ? "1" : "0", to: live) }

  /// Sets what the world outside applies to an input.
  package func pull(_ line: Int, high: Bool) throws {
    try guest.write(high ? "pull-up" : "pull-down", to: pullFile(line))
  }

  /// The level of a line, that of an output above all.
  package func isHigh(_ line: Int) throws -> Bool {
    try guest.read(valueFile(line)).hasPrefix("1")
  }
}
