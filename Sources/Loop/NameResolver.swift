import Glibc
import Synchronization

/// Looks up host names on a thread of its own, which starts when it is needed and ends when it has been idle for 10 s.
///
/// `getaddrinfo` blocks for as long as name servers stay silent; the loop never calls it. One look-up runs at a time, at
/// most `limit` wait; beyond that a look-up fails at once, as if the name were unknown.
package final class NameResolver: Sendable {
  /// A host name's numeric addresses, best first; empty when it has none. Called on the resolver's thread.
  package typealias Lookup = @Sendable (String) -> [String]

  package static let limit = 64
  private static let idleSeconds = 10

  private struct Request: Sendable {
    var name: String
    var answer: @Sendable ([String]) -> Void
  }

  private struct State {
    var waiting: [Request] = []
    var isRunning = false
    var isClosed = false
  }

  private let lookup: Lookup
  private let state = Mutex(State())
  private let wake: Semaphore

  init(lookup: @escaping Lookup) {
    self.lookup = lookup
    wake = Semaphore()
  }

  /// Whether the thread runs at this moment.
  package var isRunning: Bool { state.withLock { $0.isRunning } }

  /// The answer is given on the resolver's thread; false when there is no room or no thread for it.
  package func resolve(_ name: String, answer: @escaping @Sendable ([String]) -> Void) -> Bool {
    let (isTaken, mustStart) = state.withLock { state in
      guard !state.isClosed, state.waiting.count < Self.limit else { return (false, false) }
      state.waiting.append(Request(name: name, answer: answer))
      defer { state.isRunning = true }
      return (true, !state.isRunning)
    }
    guard isTaken else { return false }
    if mustStart, !SystemThread.startDetached("names", { self.run() }) {
      state.withLock { state in
        state.isRunning = false
        state.waiting = []
      }
      return false
    }
    wake.post()
    return true
  }

  /// No more look-ups. One that is under way is not waited for: it may take as long as it likes and tells nobody.
  func close() {
    state.withLock { state in
      state.isClosed = true
      state.waiting = []
    }
    wake.post()
  }

  private func run() {
    while true {
      let isWoken = wake.wait(seconds: Self.idleSeconds)
      let (request, mustEnd) = state.withLock { state -> (Request?, Bool) in
        if !state.isClosed, !state.waiting.isEmpty { return (state.waiting.removeFirst(), false) }
        guard state.isClosed || !isWoken else { return (nil, false) }
        state.isRunning = false
        return (nil, true)
      }
      if mustEnd { return }
      guard let request else { continue }
      let addresses = lookup(request.name)
      if !state.withLock({ $0.isClosed }) { request.answer(addresses) }
    }
  }

  /// The system's own look-up: at most 8 addresses, in the order of RFC 6724.
  package static let system: Lookup = { name in
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_ADDRCONFIG
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &list) == 0, let list else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [String] = []
    var next: UnsafeMutablePointer<addrinfo>? = list
    while let entry = next, addresses.count < 8 {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let result = getnameinfo(
        entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
      if result == 0 {
        addresses.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
      next = entry.pointee.ai_next
    }
    return addresses
  }
}
