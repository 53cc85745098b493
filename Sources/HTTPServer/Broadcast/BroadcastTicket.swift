package import NIOCore
import Synchronization

/// One connection's leave to look at a broadcast, which can be withdrawn.
package final class BroadcastTicket: Sendable {
  private struct State {
    var isWithdrawn = false
    var whenEnded: (@Sendable () -> Void)?
    var connection: NIOLoopBound<HTTPConnection>?
  }

  let broadcast: Broadcast
  let minimumInterval: TimeAmount
  private let state = Mutex(State())

  /// - Parameter minimumInterval: from one piece to the next; zero sends as many as there are.
  package init(_ broadcast: Broadcast, minimumInterval: TimeAmount = .zero) {
    self.broadcast = broadcast
    self.minimumInterval = minimumInterval
  }

  deinit { state.withLock { $0.whenEnded.take() }?() }

  /// Calls `body` once, when the connection has closed or will never begin. Set before the ticket is given away.
  package func whenEnded(_ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.whenEnded = body }
  }

  /// Closes the connection, now or when it comes. From any thread.
  package func withdraw() {
    let connection = state.withLock { state in
      state.isWithdrawn = true
      return state.connection.take()
    }
    guard let connection else { return }
    connection.eventLoop.execute { connection.value.ticketWithdrawn(self) }
  }

  // MARK: On the event loop

  /// False when it has been withdrawn.
  func begin(_ connection: HTTPConnection, on eventLoop: any EventLoop) -> Bool {
    state.withLock { state in
      guard !state.isWithdrawn else { return false }
      state.connection = NIOLoopBound(connection, eventLoop: eventLoop)
      return true
    }
  }

  func ended() {
    let body = state.withLock { state in
      state.connection = nil
      return state.whenEnded.take()
    }
    body?()
  }
}
