import Wire

/// The built service in a guest, whose port leads there.
package final class GuestService: Sendable {
  private static let pidFile = "/run/service.pid"
  private static let logFile = "/var/log/service.log"
  package static let data = "/var/lib/layerberry"

  package let guest: GuestMachine
  private let program: String
  private let launcher: String
  private let arguments: String
  /// May do everything.
  package let client: HTTPClient

  /// Boots a machine with the service and plays; all is cleared away whatever happened.
  ///
  /// - Parameters:
  ///   - files: more files of this machine that the service is to find.
  ///   - arguments: more of `layerberry serve`.
  ///   - launcher: a program of ours that starts the service instead, with words of its own before; `kill` and `stop` end
  ///     the launcher then.
  ///   - prepare: what is done in the guest before the service starts.
  package static func play(
    _ kind: GuestKind = .own, clock: GuestClock = .day, files: [String] = [], arguments: String = "",
    launcher: (program: String, words: String)? = nil, lifetime: Int = 300,
    prepare: (GuestMachine) throws -> Void = { _ in }, _ body: (GuestService) async throws -> Void
  ) async throws {
    let programs = ["layerberry"] + (launcher.map { [$0.program] } ?? [])
    try await GuestMachine.play(kind, clock: clock, programs: programs, files: files, lifetime: lifetime) { guest in
      try prepare(guest)
      let words = try launcher.map { "\(try kind.path(of: $0.program)) \($0.words) " } ?? ""
      try await body(
        try await GuestService(
          guest: guest, program: try kind.path(of: "layerberry"), launcher: words, arguments: arguments))
    }
  }

  private init(guest: GuestMachine, program: String, launcher: String, arguments: String) async throws {
    self.guest = guest
    self.launcher = launcher
    self.program = program
    let limits = ["read", "write", "control"].map { "rate_limit.\($0) = 0" }.joined(separator: "\n")
    try guest.write("[settings]\n\(limits)\n", to: "/etc/layerberry.ini")
    self.arguments = "--config /etc/layerberry.ini --data \(Self.data) --port \(guest.port) \(arguments)"
    try Self.launch(guest, "\(launcher)\(program) serve \(self.arguments)")
    try await Self.becomeHealthy(guest)
    let made = try guest.run(
      "\(program) key create --data \(Self.data) --name test --permissions read,queue,control,manage,admin --json")
    guard let key = try JSONParser.parse(made.utf8, limits: .init(bytes: 1 << 16))["key"]?.string else {
      throw TestKitError("no key in \(made)")
    }
    client = HTTPClient(port: guest.port, key: key, timeout: 60)
  }

  /// Starts it again, after `kill` or `stop`, and waits until it is healthy.
  package func start() async throws {
    try Self.launch(guest, "\(launcher)\(program) serve \(arguments)")
    try await Self.becomeHealthy(guest)
  }

  /// Waits until it is healthy, where something else starts it.
  package func becomeHealthy() async throws { try await Self.becomeHealthy(guest) }

  /// SIGKILL; returns when it is gone.
  package func kill() throws { try end(by: "KILL") }

  /// SIGTERM; returns when it is gone.
  package func stop() throws { try end(by: "TERM") }

  /// What it logged.
  package var log: String { (try? guest.read(Self.logFile)) ?? "" }

  private func end(by signal: String) throws {
    try guest.run(
      """
      id=$(cat \(Self.pidFile)); kill -\(signal) $id
      for i in $(seq 100); do grep -qs '^State:.[^Z]' /proc/$id/status || exit 0; sleep 0.1; done
      echo still there; exit 1
      """)
  }

  private static func launch(_ guest: GuestMachine, _ command: String) throws {
    try guest.run("mkdir -p \(data); \(command) >>\(logFile) 2>&1 & echo $! >\(pidFile)")
  }

  private static func becomeHealthy(_ guest: GuestMachine) async throws {
    let client = HTTPClient(port: guest.port)
    // The emulator takes connections before anybody in there does, and closes them again.
    try await eventually(within: 60, "the service is healthy; it said: \((try? guest.read(logFile)) ?? "")") {
      () -> Bool? in (try? client.get("/health"))?.status == 200 ? true : nil
    }
  }
}
