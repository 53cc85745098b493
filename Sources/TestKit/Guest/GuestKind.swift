import Glibc

/// What machine a guest is.
package enum GuestKind: Sendable {
  /// Of this machine's architecture, with the programs that were built for the tests.
  case own
  /// Two processors and 512 MB, as a Raspberry Pi Zero 2 W has them, with the arm64 binary that ships already in it:
  /// `Image/arm64-check` makes it.
  case arm64

  /// The folder of kernel and initramfs; nil where they were not made.
  package var folder: String? {
    let folder = named ?? (self == .own ? Self.cache.map { "\($0)/layerberry/guest/current" } : nil)
    guard let folder, access("\(folder)/initramfs", R_OK) == 0, access(emulator[0], X_OK) == 0 else { return nil }
    return folder
  }

  private var named: String? {
    getenv(self == .own ? "LAYERBERRY_GUEST" : "LAYERBERRY_GUEST_ARM64").map { String(cString: $0) }
  }

  private static let cache: String? =
    getenv("XDG_CACHE_HOME").map { String(cString: $0) } ?? getenv("HOME").map { "\(String(cString: $0))/.cache" }

  /// The program and what makes the machine.
  var emulator: [String] {
    switch self {
    case .own: ["/usr/bin/qemu-system-x86_64", "-M", "q35", "-accel", "tcg", "-cpu", "max"]
    case .arm64: ["/usr/bin/qemu-system-aarch64", "-M", "virt", "-accel", "tcg", "-cpu", "cortex-a53", "-smp", "2"]
    }
  }

  var console: String {
    switch self {
    case .own: "ttyS0"
    case .arm64: "ttyAMA0"
    }
  }

  /// MiB.
  var memory: Int {
    switch self {
    case .own: 1024
    case .arm64: 512
    }
  }

  /// Where a program of ours is in the guest.
  package func path(of program: String) throws -> String {
    switch self {
    case .own: try ChildProcess.built(program)
    case .arm64: "/usr/bin/\(program)"
    }
  }

  /// Programs that must be put into the initramfs at each boot.
  func added(_ programs: [String]) throws -> [String] {
    self == .own ? try programs.map { try ChildProcess.built($0) } : []
  }
}

/// By what the clock of a guest goes.
package enum GuestClock: Sendable {
  /// By the time of day: an emulated processor is slow, and slower the more this machine has to do.
  case day
  /// By the instructions it executes, 500 million a second, which is about what a Raspberry Pi Zero 2 W does in one of its
  /// processors. What takes a guest long is then its own doing, however slow the emulation is; while it sleeps its clock
  /// goes with the time of day.
  case instructions

  var words: [String] {
    switch self {
    case .day: []
    case .instructions: ["-icount", "shift=1"]
    }
  }
}
