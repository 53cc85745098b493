import Glibc
import Model

/// What only the appliance can do with itself: the machine and not the service (Documentation/board.md).
package protocol Appliance: Sendable {
  /// Whether there is something that could do it, before anything is prepared.
  ///
  /// - Throws: `CONFLICT` where there is not.
  func check(_ act: ApplianceAct) throws
  /// - Throws: `CONFLICT` where this is no appliance, or it cannot be done.
  func perform(_ act: ApplianceAct) async throws
}

package enum ApplianceAct: String, Sendable, CaseIterable {
  case shutdown, reboot
  case setUpWiFi = "setup-wifi"
  /// Begins anew without anything that was kept: the service has marked its data for erasure before.
  case factoryReset = "factory-reset"

  /// As a part of a sentence.
  fileprivate var words: String {
    switch self {
    case .shutdown: "shut down"
    case .reboot: "restart"
    case .setUpWiFi: "set up its Wi-Fi"
    case .factoryReset: "go back to how it was delivered"
    }
  }
}

/// An ordinary machine, which belongs to somebody else.
package struct NoAppliance: Appliance {
  package init() {}

  package func check(_ act: ApplianceAct) throws {
    throw Fault(
      .conflict,
      "This service does not run on the Layerberry appliance, so it cannot \(act.words). That is not available here.")
  }

  package func perform(_ act: ApplianceAct) async throws { try check(act) }
}

/// The appliance, which has a program for each act in one folder: `shutdown`, `reboot`, `setup-wifi`, `factory-reset`.
package struct ProgramAppliance: Appliance {
  private let folder: String

  package init(folder: String) { self.folder = folder }

  package func check(_ act: ApplianceAct) throws {
    guard access(program(act), X_OK) == 0 else {
      throw Fault(.conflict, "This appliance cannot \(act.words). That is not available here.")
    }
  }

  package func perform(_ act: ApplianceAct) async throws {
    try check(act)
    let program = program(act)
    let status = try await OwnThread.run { Self.run(program) }
    guard status == 0 else {
      throw Fault(.boardError, "The appliance tried to \(act.words) and could not. Its log says why.")
    }
  }

  private func program(_ act: ApplianceAct) -> String { "\(folder)/\(act.rawValue)" }

  /// The exit status; nil where the program did not start or was killed.
  private static func run(_ program: String) -> Int32? {
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), nil]
    defer { free(arguments[0]) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The service's own threads block signals; a program must not inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process = pid_t()
    guard posix_spawn(&process, program, nil, &attributes, &arguments, environ) == 0 else { return nil }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return nil }
    }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
  }
}
