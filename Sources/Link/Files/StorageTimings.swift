/// How long a printer's file server is waited for (protocol sheet, section 4).
package struct StorageTimings: Hashable, Sendable {
  /// TCP, and the TLS handshake with it.
  package var connect = Duration.seconds(20)
  /// One command's answer, or a data channel on which nothing moves.
  package var silence = Duration.seconds(30)
  /// From the last byte to the 226: some printers take over 30 s.
  package var lateReply = Duration.seconds(60)
  /// Any transfer may last this long, and longer by its size at `slowest`.
  package var transfer = Duration.seconds(600)
  /// Bytes a second below which a transfer is given up: 25 KiB.
  package var slowest = 25 * 1024
  /// For deleting what a cut transfer has left behind.
  package var cleanUp = Duration.seconds(15)

  package init() {}

  func deadline(bytes: Int64) -> Duration {
    max(transfer, .seconds(bytes / Int64(max(1, slowest))))
  }
}
