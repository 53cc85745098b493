import CShims
import Glibc
import Loop

/// An interface that is up, with its IPv4 address.
struct NetworkInterface: Hashable {
  var index: Int32
  var address: IPv4Address
  var broadcast: IPv4Address?

  /// More addresses than any board has; those beyond are not announced on.
  private static let limit = 64

  /// All of them now, loopback included: a simulator on the same machine is found as well.
  static func all() -> [NetworkInterface] {
    var list = [layerberry_interface](repeating: layerberry_interface(), count: limit)
    let count = layerberry_interfaces(&list, Int32(limit))
    return list.prefix(Int(max(0, count))).map { entry in
      NetworkInterface(
        index: Int32(clamping: entry.index), address: IPv4Address(bits: entry.address),
        broadcast: entry.broadcast == 0 ? nil : IPv4Address(bits: entry.broadcast))
    }
  }
}

/// Tells when interfaces or their addresses have changed. Confined to the loop.
final class InterfaceWatch: LoopSource {
  private(set) var descriptor: Int32
  let interest = Int16(POLLIN)
  private let loop: PollLoop
  private let changed: () -> Void

  /// nil where the system does not let us watch: then the interfaces are looked at with each search.
  init?(loop: PollLoop, changed: @escaping () -> Void) {
    descriptor = layerberry_watch_addresses()
    guard descriptor >= 0 else { return nil }
    self.loop = loop
    self.changed = changed
    loop.add(self)
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  func ready(_ events: Int16) {
    var buffer = [UInt8](repeating: 0, count: 8192)
    var count = 0
    // What changed does not matter: all interfaces are read again.
    while count < 64, recv(descriptor, &buffer, buffer.count, 0) > 0 { count += 1 }
    changed()
  }

  func close() {
    loop.remove(self)
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }

  func loopEnded() { close() }
}
