import Glibc
import Loop
import Synchronization

/// A port of 127.0.0.1 that gives each connection a thread; ends with its owner.
final class StandInPort: Sendable {
  private struct State {
    var sockets: Set<Int32> = []
    var isStopped = false
  }

  let number: Int
  private let listener: Int32
  private let state = Mutex(State())

  init() throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw TestKitError("no port for a stand-in") }
    number = Int(UInt16(bigEndian: address.sin_port))
  }

  func serve(_ body: @escaping @Sendable (StandInChannel) -> Void) throws {
    let isStarted = SystemThread.startDetached("stand-in") { [self] in
      while true {
        let socket = accept(listener, nil, nil)
        guard socket >= 0 else { break }
        let isKept = state.withLock { state in
          if !state.isStopped { state.sockets.insert(socket) }
          return !state.isStopped
        }
        let runs =
          isKept
          && SystemThread.startDetached("stand-in") { [self] in
            body(StandInChannel(socket: socket))
            release(socket)
          }
        if !runs { release(socket) }
      }
      close(listener)
    }
    guard isStarted else { throw TestKitError("no thread for a stand-in") }
  }

  private func release(_ socket: Int32) {
    state.withLock { state in
      state.sockets.remove(socket)
      close(socket)
    }
  }

  func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      shutdown(listener, Int32(SHUT_RDWR))
      for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }
}
