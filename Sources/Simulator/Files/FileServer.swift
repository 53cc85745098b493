import COpenSSL
import Glibc
package import Model
import Synchronization

/// The simulated printer's implicit FTPS server: TLS from the first byte, and a data channel that must resume the
/// control channel's session (protocol sheet, section 4).
///
/// Each session has a thread of its own: few clients at once, and plain code to read.
package final class FileServer: Sendable {
  private struct State {
    var settings: FileServerSettings
    var accessCode: AccessCode
    var sockets: Set<Int32> = []
    var sessions = 0
    var log: [String] = []
    var isStopped = false
  }

  /// Commands kept for tests; the oldest go first. Access codes are never among them.
  private static let logLimit = 512

  package let port: UInt16
  let storage: FileServerStorage
  let tls: FileServerTLS
  private let listener: Int32
  private let state: Mutex<State>

  /// - Parameters:
  ///   - certificate: the printer's leaf, as an `X509` with its `EVP_PKEY`; references are taken.
  ///   - chain: what is sent along.
  ///   - folder: the card's content.
  ///   - port: 0 asks the system for a free one.
  package init(
    certificate: OpaquePointer, key: OpaquePointer, chain: [OpaquePointer] = [], accessCode: AccessCode,
    folder: String, port: UInt16 = 0, settings: FileServerSettings = FileServerSettings()
  ) throws(FileServerError) {
    tls = try FileServerTLS(certificate: certificate, key: key, chain: chain)
    storage = FileServerStorage(root: folder)
    let (descriptor, bound) = try FileSockets.listen(port: port)
    listener = descriptor
    self.port = bound
    state = Mutex(State(settings: settings, accessCode: accessCode))
    guard SessionThread.start({ self.acceptSessions() }) else {
      close(descriptor)
      throw FileServerError("no thread for the file server")
    }
  }

  package var settings: FileServerSettings {
    get { state.withLock { $0.settings } }
    set { state.withLock { $0.settings = newValue } }
  }

  /// For sessions from now on.
  var accessCode: AccessCode {
    get { state.withLock { $0.accessCode } }
    set { state.withLock { $0.accessCode = newValue } }
  }

  /// The commands received so far, by all sessions, as `STOR /x`; PASS without its word.
  package var log: [String] { state.withLock { $0.log } }

  package var sessions: Int { state.withLock { $0.sessions } }

  /// Ends all sessions and the port.
  package func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      shutdown(listener, Int32(SHUT_RDWR))
      for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  /// Cuts every connection; the port stays.
  package func dropAll() {
    state.withLock { state in for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) } }
  }

  func note(_ command: String) {
    state.withLock { state in
      if state.log.count == Self.logLimit { state.log.removeFirst() }
      state.log.append(command)
    }
  }

  /// False when the server has stopped: the socket is then of no use.
  func keep(_ socket: Int32) -> Bool {
    state.withLock { state in
      guard !state.isStopped else { return false }
      state.sockets.insert(socket)
      return true
    }
  }

  /// Closes a socket that was kept.
  func release(_ socket: Int32) {
    state.withLock { state in
      state.sockets.remove(socket)
      close(socket)
    }
  }

  var isStopped: Bool { state.withLock { $0.isStopped } }

  private func acceptSessions() {
    while !isStopped {
      let socket = accept(listener, nil, nil)
      if socket < 0 {
        if errno == EINTR || errno == ECONNABORTED { continue }
        break
      }
      guard keep(socket) else {
        close(socket)
        break
      }
      state.withLock { $0.sessions += 1 }
      let started = SessionThread.start {
        FileServerSession(server: self, socket: socket)?.serve()
        self.release(socket)
        self.state.withLock { $0.sessions -= 1 }
      }
      if !started {
        release(socket)
        state.withLock { $0.sessions -= 1 }
      }
    }
    close(listener)
  }
}

/// Why the simulated file server does not start; the text is for people.
package struct FileServerError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
