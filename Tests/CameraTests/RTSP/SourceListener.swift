import Camera
import Glibc
import Loop
import NIOCore
import Synchronization
import TestKit
import Testing

/// Hears what one source tells, and drives it on its loop.
final class SourceListener: CameraReceiver, Sendable {
  private struct State {
    var pictures = 0
    var last: [UInt8] = []
    var problems: [CameraProblem] = []
  }

  private let state = Mutex(State())

  var pictures: Int { state.withLock { $0.pictures } }
  var last: [UInt8] { state.withLock { $0.last } }
  var problems: [CameraProblem] { state.withLock { $0.problems } }

  func received(_ jpeg: ByteBuffer) {
    let bytes = Array(jpeg.readableBytesView)
    state.withLock { state in
      state.pictures += 1
      state.last = bytes
    }
  }

  func ended(_ problem: CameraProblem) { state.withLock { $0.problems.append(problem) } }

  func sees(_ count: Int, within seconds: Double = 60) async throws {
    try await eventually(within: seconds, "\(count) pictures; \(pictures) came, \(problems)") {
      pictures >= count ? true : problems.isEmpty ? nil : false
    }
    guard pictures >= count else { throw TestKitError("ended after \(pictures) pictures: \(problems)") }
  }

  func hears(within seconds: Double = 60) async throws -> CameraProblem {
    try await eventually(within: seconds, "the source to end; \(pictures) pictures came") { problems.first }
  }

  func ends(with problem: CameraProblem, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let found = try await hears()
    #expect(found == problem, sourceLocation: sourceLocation)
  }

  /// Starts the source that `make` gives on the loop, and stops it after the body whatever happened.
  static func play(
    on loop: PollLoop, _ make: @escaping @Sendable () -> any CameraSource, _ body: (SourceListener) async throws -> Void
  ) async throws {
    let listener = SourceListener()
    let held = HeldSource()
    loop.execute {
      let source = make()
      held.source = source
      source.start(listener)
    }
    func stop() async {
      await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
        loop.execute {
          held.source?.stop()
          held.source = nil
          done.resume()
        }
      }
    }
    do { try await body(listener) } catch {
      await stop()
      throw error
    }
    await stop()
  }

  /// Keeps the source for the loop.
  private final class HeldSource: @unchecked Sendable {
    // Unchecked: read and written on the loop only.
    var source: (any CameraSource)?
  }
}

/// An ffmpeg in a folder of its own, so that its processes can be told from all others.
struct OwnDecoder: Sendable {
  let folder: TemporaryFolder
  let program: DecoderProgram

  static let real = DecoderProgram.find(searchPath: "/usr/local/bin:/usr/bin:/bin")?.path ?? "/usr/bin/ffmpeg"

  /// - Parameter script: what stands before the real one starts; nil is the real one alone. `$REAL` is its path, and
  ///   every start is written to `starts` with its arguments.
  init(script: String? = nil, usesHardware: Bool = false) throws {
    folder = try TemporaryFolder()
    guard symlink(Self.real, "\(folder.path)/real") == 0 else { throw TestKitError("no link") }
    let path = "\(folder.path)/ffmpeg"
    let text =
      "#!/bin/sh\nREAL='\(folder.path)/real'\necho \"$@\" >>'\(folder.path)/starts'\n\(script ?? "exec \"$REAL\" \"$@\"")\n"
    let file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o700)
    guard file >= 0, write(file, text, text.utf8.count) == text.utf8.count else { throw TestKitError("no script") }
    close(file)
    program = DecoderProgram(path: path, usesHardware: usesHardware)
  }

  /// The arguments of each start.
  var starts: [String] { Proc.text("\(folder.path)/starts").split(separator: "\n").map(String.init) }

  /// The processes that run now; one that has ended and was not waited for counts in `Proc.zombies`.
  var processes: [Int32] { Proc.processes { Proc.text("/proc/\($0)/cmdline").contains(folder.path) } }

  func isGone() async throws {
    try await eventually(within: 30, "no decoder is left: \(processes)") { processes.isEmpty ? true : nil }
    try await eventually(within: 30, "no child is left unburied") { Proc.zombies == 0 ? true : nil }
  }
}

/// What the kernel tells of processes.
enum Proc {
  static func text(_ path: String) -> String {
    guard let file = fopen(path, "re") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }

  static func processes(_ isWanted: (Int32) -> Bool) -> [Int32] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [Int32] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let id = Int32(name), isWanted(id) { found.append(id) }
    }
    return found
  }

  /// Children of this process that have ended and were not waited for.
  static var zombies: Int {
    let own = getpid()
    return processes { id in
      let stat = text("/proc/\(id)/stat")
      guard let end = stat.lastIndex(of: ")") else { return false }
      let fields = stat[stat.index(after: end)...].split(separator: " ")
      return fields.count > 1 && fields[0] == "Z" && Int32(fields[1]) == own
    }.count
  }
}
