import CShims
import Glibc

/// A pipe that one thread rings and another hears. Its descriptors close with it.
final class WakePipe: Sendable {
  /// For the poller; nothing blocks on it.
  let reader: Int32
  private let writer: Int32

  init(isBlocking: Bool) {
    var ends: [Int32] = [-1, -1]
    _ = layerberry_pipe(&ends, isBlocking ? 1 : 0)
    reader = ends[0]
    writer = ends[1]
  }

  deinit {
    close(reader)
    close(writer)
  }

  /// A full pipe rings already.
  func ring() {
    var byte: UInt8 = 1
    _ = write(writer, &byte, 1)
  }

  /// Blocks until it rings.
  func wait() {
    var byte: UInt8 = 0
    while read(reader, &byte, 1) < 0, errno == EINTR {}
  }

  /// Takes all rings that are there.
  func drain() {
    var bytes = [UInt8](repeating: 0, count: 256)
    while read(reader, &bytes, bytes.count) > 0 {}
  }
}
