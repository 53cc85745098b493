package import Glibc
import Synchronization

/// A program under test, with its output kept. It is killed with its last owner.
package final class ChildProcess: Sendable {
  package let id: pid_t
  private let output: OutputKeeper
  private let status = Mutex<Int32?>(nil)

  /// The program beside this test's own binary: what the build has just made. `LAYERBERRY_PROGRAMS` names another folder,
  /// such as that of a release build, whose programs are taken where it has them.
  package static func built(_ name: String) throws -> String {
    if let folder = getenv("LAYERBERRY_PROGRAMS").map({ String(cString: $0) }), access("\(folder)/\(name)", X_OK) == 0 {
      return "\(folder)/\(name)"
    }
    var buffer = [CChar](repeating: 0, count: 4096)
    guard readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 else { throw TestKitError("no path to myself") }
    let path = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let program = "\(folder)/\(name)"
    guard access(program, X_OK) == 0 else { throw TestKitError("\(program) is not built") }
    return program
  }

  /// - Parameter environment: the whole environment of the child.
  package init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw TestKitError("no pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var child = pid_t()
    let result = posix_spawn(&child, program, &actions, nil, words, variables)
    close(ends[1])
    guard result == 0 else {
      close(ends[0])
      throw TestKitError("\(program) cannot be started: error \(result)")
    }
    id = child
    output = OutputKeeper(descriptor: ends[0])
  }

  deinit {
    if status.withLock({ $0 }) == nil {
      kill(id, SIGKILL)
      waitpid(id, nil, 0)
    }
  }

  /// Nothing happens once its end is known: the number may be another program's by then.
  package func signal(_ number: Int32) {
    status.withLock { known in
      if known == nil { kill(id, number) }
    }
  }

  /// Everything that it has written so far, to both outputs.
  package var text: String { output.text }

  /// When its output ended, and so itself, to the moment: whoever waits for it may be held up by other tests.
  package var endedAt: ContinuousClock.Instant? { output.endedAt }

  /// Waits until it ends; the exit status, or 128 and the signal's number.
  package func wait(within seconds: Double = 20) async throws -> Int32 {
    let status = try await eventually(within: seconds, "the program ends; it said: \(text)") { self.ended() }
    // Its last words may still be in the pipe.
    try await eventually(within: 5, "its output ends") { self.endedAt }
    return status
  }

  private func ended() -> Int32? {
    status.withLock { known in
      if let known { return known }
      var raw: Int32 = 0
      guard waitpid(id, &raw, WNOHANG) == id else { return nil }
      known = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
      return known
    }
  }
}

/// Reads a pipe to its end on a thread of its own, so that the writer never waits.
private final class OutputKeeper: Sendable {
  private static let bound = 4 << 20
  private let bytes = Mutex<[UInt8]>([])
  private let end = Mutex<ContinuousClock.Instant?>(nil)

  init(descriptor: Int32) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(OutputReading(keeper: self, descriptor: descriptor))
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<OutputReading>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    pthread_detach(thread)
  }

  var endedAt: ContinuousClock.Instant? { end.withLock { $0 } }

  fileprivate func hasEnded() { end.withLock { $0 = .now } }

  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  fileprivate func append(_ more: ArraySlice<UInt8>) {
    bytes.withLock { all in
      if all.count < Self.bound { all += more }
    }
  }
}

private final class OutputReading: Sendable {
  private let keeper: OutputKeeper
  private let descriptor: Int32

  init(keeper: OutputKeeper, descriptor: Int32) {
    self.keeper = keeper
    self.descriptor = descriptor
  }

  func run() {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      keeper.append(chunk[..<count])
    }
    close(descriptor)
    keeper.hasEnded()
  }
}
