import NIOCore

/// The connections that look at one broadcast. Confined to the event loop.
final class BroadcastRoom {
  private var seats: [BroadcastSeat] = []

  func add(_ seat: BroadcastSeat) {
    seats.append(seat)
    seat.broadcast.audienceChanged(seats.count)
    becameWritable(seat)
  }

  func remove(_ seat: BroadcastSeat) {
    guard let index = seats.firstIndex(where: { $0 === seat }) else { return }
    seats.remove(at: index)
    seat.broadcast.audienceChanged(seats.count)
  }

  /// A connection has taken all that it was sent.
  func becameWritable(_ seat: BroadcastSeat) {
    guard let newest = seat.broadcast.newest, newest.number > seat.number else { return }
    seat.offer(newest, now: .now())
  }

  func take(_ news: Broadcast.News) {
    let now = NIODeadline.now()
    // Writing may find a connection broken, which then leaves: this list is of those who were there before.
    let present = seats
    for seat in present {
      if let ending = news.ending {
        seat.end(with: ending)
      } else if let piece = news.piece {
        seat.offer(piece, now: now)
      }
    }
  }
}

/// One connection that looks. Confined to the event loop.
final class BroadcastSeat {
  let ticket: BroadcastTicket
  let room: BroadcastRoom
  private unowned let connection: HTTPConnection
  private var pace: BroadcastPace
  /// The newest piece that it was sent.
  private(set) var number: UInt64 = 0

  var broadcast: Broadcast { ticket.broadcast }

  init(ticket: BroadcastTicket, room: BroadcastRoom, connection: HTTPConnection) {
    self.ticket = ticket
    self.room = room
    self.connection = connection
    pace = BroadcastPace(interval: ticket.minimumInterval)
  }

  /// Sends the piece, unless the last one is still under way or it is too early for another.
  func offer(_ piece: Broadcast.Piece, now: NIODeadline) {
    guard piece.number > number, connection.takesPiece, piece.isUrgent || pace.allows(now) else { return }
    number = piece.number
    pace.sent(now)
    connection.send(piece: piece.bytes)
  }

  func end(with closing: ByteBuffer) { connection.endBroadcast(with: closing) }
}

/// At most so many pieces in a time, without losing every second one to a source that is a little early.
///
/// A piece may come up to a quarter of the interval before its time; the next one's time counts from when it was due.
struct BroadcastPace: Hashable {
  private let interval: TimeAmount
  private let slack: TimeAmount
  /// nil before the first piece.
  private var due: NIODeadline?

  init(interval: TimeAmount) {
    self.interval = interval
    slack = .nanoseconds(interval.nanoseconds / 4)
  }

  func allows(_ now: NIODeadline) -> Bool {
    guard interval != .zero, let due else { return true }
    return now + slack >= due
  }

  mutating func sent(_ now: NIODeadline) {
    guard interval != .zero else { return }
    // What is late by less than an interval is made up for, so that the mean is as wanted; a pause is not.
    let was = due ?? now
    due = (was < now - interval ? now : was) + interval
  }
}
