import Glibc
import Synchronization

/// The service that begins anew by itself, such as with a restored state: it stops as at a SIGTERM, and then starts.
enum Restart {
  private static let isWanted = Atomic(false)

  /// The main thread, which waits for signals, takes it from here.
  static func request() {
    isWanted.store(true, ordering: .releasing)
    kill(getpid(), SIGTERM)
  }

  static var isRequested: Bool { isWanted.load(ordering: .acquiring) }

  /// Where systemd looks after the service, it starts it, as it alone can give the relays' lines back
  /// (Documentation/decisions/0027-relays-outlive-the-service.md); else this process becomes a new one.
  ///
  /// - Returns: the status to end with; not at all where the process becomes a new one.
  static func perform(environment: [String: String]) -> Failure.Status {
    if environment["NOTIFY_SOCKET"]?.isEmpty == false { return .temporary }
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let named = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let program = access(named, X_OK) == 0 ? named : "/proc/self/exe"
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv(program, &arguments)
    Failure.say("The service could not begin anew: \(systemError(errno)). Start it again.")
    return .temporary
  }
}
