import Logging
import NIOCore

/// What all connections of a server share. Confined to the event loop.
final class ServerContext {
  let limits: HTTPLimits
  let responder: any HTTPResponder
  let registry: ConnectionRegistry
  let counters: HTTPServerCounters
  let eventLoop: any EventLoop
  let logger: Logger
  var date = HTTPDateCache()
  var isStopping = false

  init(
    limits: HTTPLimits, responder: any HTTPResponder, counters: HTTPServerCounters, eventLoop: any EventLoop,
    logger: Logger
  ) {
    self.limits = limits
    self.responder = responder
    self.counters = counters
    self.eventLoop = eventLoop
    self.logger = logger
    registry = ConnectionRegistry(eventLoop: eventLoop, limits: limits, counters: counters)
  }
}

/// Notices that a peer takes nothing of what is sent to it.
struct WriteWatch {
  private var lastTaken = 0
  private var since = NIODeadline.distantPast
  /// Everything handed to the channel so far, in bytes.
  var enqueued = 0

  /// Whether nothing was taken for `timeout`, judged by what the channel still buffers.
  mutating func isStalled(_ channel: any Channel, now: NIODeadline, timeout: TimeAmount) -> Bool {
    let buffered = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    let taken = enqueued - buffered
    guard buffered > 0, taken <= lastTaken, since != .distantPast else {
      lastTaken = taken
      since = now
      return false
    }
    return now - since >= timeout
  }
}
