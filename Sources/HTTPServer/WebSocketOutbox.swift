import NIOCore

/// Messages that wait for one client, bounded in bytes and number.
///
/// When it is full, what may be lost goes first, the oldest before the newer; when that makes no room, the client is
/// too slow to be served (the contract, section 6).
struct WebSocketOutbox {
  private struct Entry {
    var frame: ByteBuffer
    var key: Int?
  }

  private let maximumBytes: Int
  private let maximumCount: Int
  private var entries = CircularBuffer<Entry>()
  private(set) var bytes = 0

  var isEmpty: Bool { entries.isEmpty }
  var count: Int { entries.count }

  init(bytes: Int, count: Int) {
    maximumBytes = bytes
    maximumCount = count
  }

  /// Adds a message at the end; one with the same key that still waits gives way to it. False when there is no room:
  /// the outbox is as it was but for what could be dropped.
  mutating func add(_ frame: ByteBuffer, key: Int?) -> Bool {
    if let key, let index = entries.firstIndex(where: { $0.key == key }) { drop(index) }
    while !fits(frame) {
      guard let index = entries.firstIndex(where: { $0.key != nil }) else { return false }
      drop(index)
    }
    entries.append(Entry(frame: frame, key: key))
    bytes += frame.readableBytes
    return true
  }

  mutating func removeFirst() -> ByteBuffer? {
    guard let entry = entries.popFirst() else { return nil }
    bytes -= entry.frame.readableBytes
    return entry.frame
  }

  mutating func removeAll() {
    entries.removeAll()
    bytes = 0
  }

  private func fits(_ frame: ByteBuffer) -> Bool {
    bytes + frame.readableBytes <= maximumBytes && entries.count < maximumCount
  }

  private mutating func drop(_ index: CircularBuffer<Entry>.Index) {
    bytes -= entries[index].frame.readableBytes
    entries.remove(at: index)
  }
}
