import Glibc
import Synchronization
import Wire

/// The line over which a guest is told what to do. Blocking, with a time-out for each answer.
final class GuestChannel: Sendable {
  private struct State {
    var descriptor: Int32
    var pending: [UInt8] = []
    var number = 0
  }

  private let state: Mutex<State>

  /// Connects to the emulator's socket.
  init(path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    state = Mutex(State(descriptor: descriptor))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw TestKitError("\(path) is too long") }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw TestKitError("nothing listens at \(path)") }
  }

  deinit { close() }

  func close() {
    state.withLock { state in
      if state.descriptor >= 0 { _ = Glibc.close(state.descriptor) }
      state.descriptor = -1
    }
  }

  /// Runs a script; its status and its output.
  func ask(_ script: String, within seconds: Int) throws -> (status: Int, output: String) {
    try state.withLock { state throws -> (Int, String) in
      state.number += 1
      let question = Array("\(state.number) \(Base64.encode(Array(script.utf8)))\n".utf8)
      var sent = 0
      while sent < question.count {
        let count = question.withUnsafeBytes { buffer in
          send(state.descriptor, buffer.baseAddress?.advanced(by: sent), question.count - sent, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { throw TestKitError("the guest takes nothing: error \(errno)") }
        sent += count
      }
      let answer = try Self.line(&state, within: seconds).split(separator: " ", omittingEmptySubsequences: false)
      guard answer.count == 3, Int(answer[0]) == state.number, let status = Int(answer[1]),
        let output = Base64.decode(answer[2].utf8)
      else { throw TestKitError("no answer to \(script)") }
      return (status, String(decoding: output, as: UTF8.self))
    }
  }

  func line(within seconds: Int) throws -> String {
    try state.withLock { state throws in try Self.line(&state, within: seconds) }
  }

  private static func line(_ state: inout State, within seconds: Int) throws -> String {
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let end = state.pending.firstIndex(of: 0x0A) {
        let line = String(decoding: state.pending[..<end], as: UTF8.self)
        state.pending.removeSubrange(...end)
        return line
      }
      let left = deadline - .now
      guard left > .zero else { throw TestKitError("no answer within \(seconds) s") }
      var wait = pollfd(fd: state.descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wait, 1, Int32(left.components.seconds) * 1000 + 1000)
      if ready <= 0 { continue }
      let count = recv(state.descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { throw TestKitError("the guest is gone") }
      state.pending += chunk[..<count]
    }
  }
}
