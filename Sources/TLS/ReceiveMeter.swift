import COpenSSL
import Glibc
import Synchronization

/// Counts what a peer sends, by the headers of its TLS records.
///
/// libmosquitto takes a packet of up to 256 MB whole before it shows it to anyone, and has no limit to set for
/// MQTT 3.1.1. So the bound lies one layer below: when more than `limit` bytes arrive without the owner having seen a
/// message, the socket is shut down.
package final class ReceiveMeter: Sendable {
  private struct Tally {
    var total: UInt64 = 0
    var sinceMark = 0
    var records = 0
    var isForeign = false
    var isOver = false
  }

  /// Bytes that may arrive between two marks; 0 is no limit.
  package let limit: Int
  private let tally = Mutex(Tally())

  init(limit: Int) { self.limit = limit }

  /// All bytes received so far, record headers included.
  package var total: UInt64 { tally.withLock { $0.total } }
  /// The limit was passed and the socket shut down.
  package var isOver: Bool { tally.withLock { $0.isOver } }
  /// The peer has sent something that looks like TLS.
  package var hasHeardTLS: Bool { tally.withLock { $0.records > 0 && !$0.isForeign } }
  /// The peer has sent something that is no TLS.
  package var isForeign: Bool { tally.withLock { $0.isForeign } }

  /// The owner has seen a whole message: the count begins again.
  package func mark() { tally.withLock { $0.sinceMark = 0 } }

  /// False once the limit is passed.
  func count(recordHeader header: UnsafeRawBufferPointer) -> Bool {
    tally.withLock { tally in
      let length = 5 + Int(header[3]) << 8 + Int(header[4])
      // Record types 20 to 24 in version 3.x (RFC 8446, section 5.1).
      if tally.records == 0, !(20...24).contains(header[0]) || header[1] != 3 { tally.isForeign = true }
      tally.records += 1
      tally.total += UInt64(length)
      tally.sinceMark += length
      if limit > 0, tally.sinceMark > limit { tally.isOver = true }
      return !tally.isOver
    }
  }

  /// Ends the connection below the library that reads from it: what the kernel still holds is all that follows.
  static func cut(_ session: OpaquePointer) {
    let descriptor = SSL_get_fd(session)
    if descriptor >= 0 { shutdown(descriptor, Int32(SHUT_RDWR)) }
  }
}
