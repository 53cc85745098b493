import Synchronization

/// What a broker has sent and nobody has looked at yet: bounded, so that a broker that floods fills nothing.
final class BrokerInbox: Sendable {
  struct Message: Hashable, Sendable {
    var topic: String
    /// The first bytes: no word that means something is longer.
    var payload: String
    /// The broker had it from before the session.
    var isKept: Bool
  }

  /// Enough for the leftovers of 64 printers.
  private static let capacity = 4096
  private static let longestTopic = 256
  private static let longestWord = 32

  private let waiting = Mutex<[Message]>([])

  /// - Returns: whether somebody has to be told that there is something to look at.
  func put(_ topic: String, _ payload: [UInt8], isKept: Bool) -> Bool {
    guard topic.utf8.count <= Self.longestTopic else { return false }
    let word = String(decoding: payload.prefix(Self.longestWord), as: UTF8.self)
    return waiting.withLock { waiting in
      guard waiting.count < Self.capacity else { return false }
      waiting.append(Message(topic: topic, payload: word, isKept: isKept))
      return waiting.count == 1
    }
  }

  func takeAll() -> [Message] {
    waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}
