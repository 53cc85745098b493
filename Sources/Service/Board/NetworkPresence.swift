import CShims
import Glibc
import Loop

/// Whether this machine has an address that others could reach. The kernel tells of changes; nothing is polled. Confined
/// to the loop.
final class NetworkPresence: LoopSource {
  private static let most = 128

  private(set) var descriptor: Int32
  let interest = Int16(POLLIN)
  private let loop: PollLoop
  private let changed: (Bool) -> Void

  /// nil where the kernel does not let us watch.
  init?(loop: PollLoop, changed: @escaping (Bool) -> Void) {
    descriptor = layerberry_watch_addresses()
    guard descriptor >= 0 else { return nil }
    self.loop = loop
    self.changed = changed
    loop.add(self)
    changed(Self.isThere)
  }

  func ready(_ events: Int16) {
    var buffer = [UInt8](repeating: 0, count: 8192)
    var count = 0
    // What changed does not matter: the addresses are read again.
    while count < 64, recv(descriptor, &buffer, buffer.count, 0) > 0 { count += 1 }
    changed(Self.isThere)
  }

  func close() {
    loop.remove(self)
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }

  func loopEnded() { close() }

  static var isThere: Bool {
    var bytes = [UInt8](repeating: 0, count: 16 * most)
    let count = Int(layerberry_addresses(&bytes, Int32(most)))
    // Loopback and IPv6 link-local addresses are there without any network.
    return (0..<max(0, count)).contains { index in
      let address = bytes[(16 * index)..<(16 * index + 16)]
      let isMapped = address.prefix(10).allSatisfy { $0 == 0 } && address.dropFirst(10).prefix(2) == [0xFF, 0xFF]
      if isMapped { return address[16 * index + 12] != 127 }
      return !address.prefix(15).allSatisfy { $0 == 0 } && !(bytes[16 * index] == 0xFE && bytes[16 * index + 1] == 0x80)
    }
  }
}
