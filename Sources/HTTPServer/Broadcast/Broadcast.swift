package import NIOCore
import Synchronization

/// Live pieces for any number of connections: the publisher writes each piece once, and all who look share its bytes.
///
/// Only the newest piece is kept. However many connections there are, a piece costs one hop to the event loop; a
/// connection that has not taken its last piece yet skips, and gets the newest one when it is writable again.
package final class Broadcast: Sendable {
  /// Hears how many connections look, whenever that changes. Called on the event loop: it must be quick.
  package typealias Audience = @Sendable (Int) -> Void

  private struct State {
    /// On the loop of the first connection.
    var room: NIOLoopBound<BroadcastRoom>?
    var isWatched = false
    var newest: ByteBuffer?
    var number: UInt64 = 0
    var isUrgent = false
    var isHopDue = false
    var ending: ByteBuffer?
  }

  /// The first bytes of every body.
  let opening: ByteBuffer
  private let audience: Audience
  private let state = Mutex(State())

  package init(opening: ByteBuffer = ByteBuffer(), audience: @escaping Audience = { _ in }) {
    self.opening = opening
    self.audience = audience
  }

  /// The newest piece from now on, also for connections that come later. From any thread.
  ///
  /// - Parameter isUrgent: goes out also where it is too early for another piece: the next one may be long in coming.
  package func publish(_ piece: ByteBuffer, isUrgent: Bool = false) {
    hop { state in
      state.newest = piece
      state.isUrgent = isUrgent
      state.number += 1
    }
  }

  /// Forgets the newest piece, so that a late connection does not begin with it. From any thread.
  package func forget() {
    state.withLock { $0.newest = nil }
  }

  /// Ends the body of every connection with these last bytes; who comes later begins anew. From any thread.
  package func end(with closing: ByteBuffer = ByteBuffer()) {
    hop { state in
      state.ending = closing
      state.newest = nil
    }
  }

  private func hop(_ change: (inout State) -> Void) {
    let room: NIOLoopBound<BroadcastRoom>? = state.withLock { state in
      change(&state)
      guard let room = state.room, state.isWatched else {
        state.ending = nil
        return nil
      }
      guard !state.isHopDue else { return nil }
      state.isHopDue = true
      return room
    }
    guard let room else { return }
    room.eventLoop.execute { room.value.take(self.takeNews()) }
  }

  // MARK: On the event loop

  /// What a turn of the loop has to say.
  struct News {
    var piece: Piece?
    var ending: ByteBuffer?
  }

  struct Piece {
    var bytes: ByteBuffer
    var number: UInt64
    var isUrgent: Bool
  }

  private func takeNews() -> News {
    state.withLock { state in
      defer {
        state.isHopDue = false
        state.ending = nil
      }
      return News(piece: Self.piece(state), ending: state.ending)
    }
  }

  var newest: Piece? { state.withLock { Self.piece($0) } }

  private static func piece(_ state: State) -> Piece? {
    state.newest.map { Piece(bytes: $0, number: state.number, isUrgent: state.isUrgent) }
  }

  /// The place of all its connections; nil on another loop than that of the first one.
  func room(on eventLoop: any EventLoop) -> BroadcastRoom? {
    state.withLock { state in
      if let room = state.room { return room.eventLoop === eventLoop ? room.value : nil }
      let room = BroadcastRoom()
      state.room = NIOLoopBound(room, eventLoop: eventLoop)
      return room
    }
  }

  func audienceChanged(_ count: Int) {
    state.withLock { $0.isWatched = count > 0 }
    audience(count)
  }
}
