import NIOCore
import NIOHTTP1

extension HTTPConnection {
  /// Begins a body that shares its bytes with others. It ends with the connection in both versions of HTTP: every
  /// program that shows live pictures understands that, and a piece needs no framing of its own.
  func startBroadcast(_ ticket: BroadcastTicket) {
    let broadcast = ticket.broadcast
    guard let context, !peerFinished, let room = broadcast.room(on: context.eventLoop),
      ticket.begin(self, on: context.eventLoop)
    else {
      abort()
      return
    }
    // Writable only while nothing waits here: so at most one piece is under way, and its end is told.
    let nothing = ChannelOptions.Types.WriteBufferWaterMark(low: 1, high: 1)
    try? context.channel.syncOptions?.setOption(.writeBufferWaterMark, value: nothing)
    let seat = BroadcastSeat(ticket: ticket, room: room, connection: self)
    exchange?.seat = seat
    // Nothing is served on this connection afterwards; only the peer's end is listened for, which must not wait.
    gate.discard(limit: server.limits.lingerBytes)
    if exchange?.seat === seat, broadcast.opening.readableBytes > 0 { send(piece: broadcast.opening) }
    // Writing may have found the connection broken.
    guard exchange?.seat === seat else { return }
    room.add(seat)
  }

  var takesPiece: Bool { phase == .busy && context?.channel.isWritable == true }

  func send(piece: ByteBuffer) {
    watch.enqueued += piece.readableBytes
    // Past the encoder, which has nothing to add and would allocate for each part.
    gate.write(piece)
  }

  /// The last bytes; what is still under way goes first.
  func endBroadcast(with closing: ByteBuffer) {
    guard exchange?.seat != nil, phase == .busy else { return }
    leaveBroadcast()
    if closing.readableBytes > 0 { send(piece: closing) }
    guard phase == .busy else { return }
    linger()
  }

  func leaveBroadcast() {
    guard let seat = exchange?.seat else { return }
    exchange?.seat = nil
    seat.room.remove(seat)
    seat.ticket.ended()
  }

  func ticketWithdrawn(_ ticket: BroadcastTicket) {
    if exchange?.seat?.ticket === ticket { abort() }
  }
}
