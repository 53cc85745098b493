import NIOCore
import Synchronization

/// The notices that were drawn last: cameras that fail alike say the same, and a viewer may come at any time.
///
/// At most `limit` of at most `largest` bytes each; when full, the oldest makes room.
final class NoticeShelf: Sendable {
  static let limit = 16
  static let largest = 128 << 10

  private let kept = Mutex<[(notice: Notice, jpeg: ByteBuffer)]>([])

  func jpeg(for notice: Notice) -> ByteBuffer? {
    kept.withLock { kept in kept.first { $0.notice == notice }?.jpeg }
  }

  func keep(_ jpeg: ByteBuffer, for notice: Notice) {
    guard jpeg.readableBytes <= Self.largest else { return }
    kept.withLock { kept in
      guard !kept.contains(where: { $0.notice == notice }) else { return }
      if kept.count == Self.limit { kept.removeFirst() }
      kept.append((notice, jpeg))
    }
  }
}
