import Board
import CShims
import Glibc
import Synchronization

/// systemd's store of descriptors (`FileDescriptorStoreMax=` of the unit; sd_notify(3), `FDSTORE`): what is in it stays
/// open while the service is not there, and comes back with its next start. So a relay's line is never let go of.
///
/// The names are `LISTEN_FDNAMES`; what came that nobody takes is closed.
package final class DescriptorStore: LineKeeper {
  /// The first that systemd gives.
  private static let first: Int32 = 3
  private static let most: Int32 = 64

  private let socket: String?
  private let came: Mutex<[String: Int32]>

  package init(environment: [String: String]) {
    socket = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
    var came: [String: Int32] = [:]
    if environment["LISTEN_PID"] == String(getpid()), let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }),
      (1...Self.most).contains(count)
    {
      let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
      for (index, descriptor) in (Self.first..<(Self.first + count)).enumerated() {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let name = index < names.count ? String(names[index]) : ""
        // Of two with one name the first is as good as the second.
        if came[name] == nil { came[name] = descriptor } else { close(descriptor) }
      }
    }
    self.came = Mutex(came)
  }

  package func takeKept(_ name: String) -> Int32? { came.withLock { $0.removeValue(forKey: name) } }

  package func forgetRest() {
    let rest = came.withLock { came in
      defer { came = [:] }
      return came
    }
    for (name, descriptor) in rest {
      close(descriptor)
      forget(name)
    }
  }

  package func keep(_ descriptor: Int32, as name: String) { send("FDSTORE=1\nFDNAME=\(name)", descriptor) }

  package func forget(_ name: String) { send("FDSTOREREMOVE=1\nFDNAME=\(name)", -1) }

  private func send(_ text: String, _ descriptor: Int32) {
    guard let socket else { return }
    _ = layerberry_send_descriptor(socket, text, descriptor)
  }
}
