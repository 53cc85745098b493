import NIOCore
import Synchronization

/// What passes between the application's tasks and a WebSocket's handler. Both sides are bounded.
final class WebSocketMailbox: Sendable {
  private struct State {
    var outbox: WebSocketOutbox
    /// A turn of the handler is on its way already.
    var isTurnDue = false
    var closing: (code: WebSocketCloseCode, reason: String)?
    var inbox = CircularBuffer<WebSocketMessage>()
    var reader: CheckedContinuation<WebSocketMessage?, Never>?
    var waitsForRoom = false
    var drainWaiters: [CheckedContinuation<Bool, Never>] = []
    var hasEnded = false
  }

  enum Sending {
    /// Nothing to do: the handler will look anyway, or the connection is closed.
    case quiet
    /// The handler must be given a turn.
    case turn
    /// The client is too slow.
    case overflow
  }

  private let state: Mutex<State>
  private let inboxLimit: Int

  init(options: WebSocketOptions) {
    inboxLimit = max(1, options.inboxMessages)
    state = Mutex(State(outbox: WebSocketOutbox(bytes: options.outboxBytes, count: options.outboxMessages)))
  }

  // MARK: From the application

  func send(_ frame: ByteBuffer, key: Int?) -> Sending {
    state.withLock { state in
      guard !state.hasEnded, state.closing == nil else { return .quiet }
      guard state.outbox.add(frame, key: key) else {
        state.outbox.removeAll()
        state.closing = (.tryAgainLater, "too slow")
        return .overflow
      }
      return Self.turn(&state)
    }
  }

  func close(_ code: WebSocketCloseCode, reason: String) -> Sending {
    state.withLock { state in
      guard !state.hasEnded, state.closing == nil else { return .quiet }
      state.closing = (code, reason)
      return Self.turn(&state)
    }
  }

  private static func turn(_ state: inout State) -> Sending {
    guard !state.isTurnDue else { return .quiet }
    state.isTurnDue = true
    return .turn
  }

  func waitUntilDrained(_ waiter: CheckedContinuation<Bool, Never>) {
    let answer: Bool? = state.withLock { state in
      if state.hasEnded || state.closing != nil { return false }
      if state.outbox.isEmpty { return true }
      state.drainWaiters.append(waiter)
      return nil
    }
    if let answer { waiter.resume(returning: answer) }
  }

  /// Gives the reader the next message, now or later. True when the handler should read on.
  func read(_ reader: CheckedContinuation<WebSocketMessage?, Never>) -> Bool {
    enum Answer { case now(WebSocketMessage?), later }
    let (answer, hasRoom): (Answer, Bool) = state.withLock { state in
      if let message = state.inbox.popFirst() {
        let hasRoom = state.waitsForRoom && state.inbox.count < inboxLimit
        if hasRoom { state.waitsForRoom = false }
        return (.now(message), hasRoom)
      }
      // A second reader is a mistake of the program; it gets the end rather than a message of the first.
      guard !state.hasEnded, state.reader == nil, !Task.isCancelled else { return (.now(nil), false) }
      state.reader = reader
      return (.later, false)
    }
    if case .now(let message) = answer { reader.resume(returning: message) }
    return hasRoom
  }

  func cancelReader() {
    let reader = state.withLock { $0.reader.take() }
    reader?.resume(returning: nil)
  }

  // MARK: From the handler

  enum Turn {
    case frame(ByteBuffer)
    case close(WebSocketCloseCode, String)
    case nothing
  }

  func beginTurn() {
    state.withLock { $0.isTurnDue = false }
  }

  func nextTurn() -> Turn {
    let (turn, waiters): (Turn, [CheckedContinuation<Bool, Never>]) = state.withLock { state in
      if let frame = state.outbox.removeFirst() {
        guard state.outbox.isEmpty else { return (.frame(frame), []) }
        defer { state.drainWaiters = [] }
        return (.frame(frame), state.drainWaiters)
      }
      if let closing = state.closing { return (.close(closing.code, closing.reason), []) }
      return (.nothing, [])
    }
    for waiter in waiters { waiter.resume(returning: true) }
    return turn
  }

  /// Hands a message to the application. False when it should not be given more until it reads.
  func deliver(_ message: WebSocketMessage) -> Bool {
    let (reader, hasRoom): (CheckedContinuation<WebSocketMessage?, Never>?, Bool) = state.withLock { state in
      if let reader = state.reader.take() { return (reader, true) }
      state.inbox.append(message)
      state.waitsForRoom = state.inbox.count >= inboxLimit
      return (nil, !state.waitsForRoom)
    }
    reader?.resume(returning: message)
    return hasRoom
  }

  /// Nothing more comes or goes. What was received may still be read.
  func end() {
    let (reader, waiters) = state.withLock { state in
      state.hasEnded = true
      state.outbox.removeAll()
      defer { state.drainWaiters = [] }
      return (state.reader.take(), state.drainWaiters)
    }
    reader?.resume(returning: nil)
    for waiter in waiters { waiter.resume(returning: false) }
  }
}
