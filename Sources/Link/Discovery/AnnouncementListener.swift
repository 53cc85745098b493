import Glibc
package import Model
import Rules
package import Wire
import Loop

/// What was heard of a printer. A hint and nothing more: anybody in the network can send one.
package enum PrinterSighting: Hashable, Sendable {
  case alive(PrinterAnnouncement)
  /// It says that it goes, from this address.
  case byebye(SerialNumber, source: HostName)
}

/// Reads announcements from one socket. Confined to the loop.
///
/// A flood costs little: each sender is heard 32 times in 10 s, datagrams beyond that are not parsed, and after 2,000
/// in a second the socket rests until the second is over; the kernel then throws away what does not fit its buffer.
final class AnnouncementListener: LoopSource {
  private static let batch = 64
  private static let datagramsASecond = 2000

  let socket: DatagramSocket
  private let loop: PollLoop
  private let heard: (PrinterSighting) -> Void
  private var limiter = SourceLimiter<IPv4Address>(allowance: 32, length: .seconds(10))
  private var buffer = [UInt8](repeating: 0, count: SSDPMessage.maximumBytes + 1)
  private var second: ContinuousClock.Instant
  private var count = 0
  private var rest: LoopTimer?

  init(socket: DatagramSocket, loop: PollLoop, heard: @escaping (PrinterSighting) -> Void) {
    self.socket = socket
    self.loop = loop
    self.heard = heard
    second = loop.now
    loop.add(self)
  }

  var descriptor: Int32 { socket.descriptor }
  var interest: Int16 { rest == nil ? Int16(POLLIN) : 0 }

  func ready(_ events: Int16) {
    for _ in 0..<Self.batch {
      guard rest == nil, let (length, source) = socket.receive(into: &buffer) else { return }
      let now = loop.now
      if now - second >= .seconds(1) { (second, count) = (now, 0) }
      count += 1
      if count >= Self.datagramsASecond {
        rest = loop.schedule(at: second.advanced(by: .seconds(1))) { [weak self] in self?.rest = nil }
      }
      guard limiter.admits(source, at: now) else { continue }
      take(buffer[..<length], from: source)
    }
  }

  private func take(_ datagram: ArraySlice<UInt8>, from source: IPv4Address) {
    guard let sender = source.host else { return }
    switch SSDPMessage(datagram, source: sender) {
    case .alive(let announcement):
      guard announcement.address.isReachableUnicast else { return }
      // Only this machine itself may send anybody to this machine.
      let isLoopback = IPv4Address(announcement.address)?.isLoopback ?? (announcement.address.text == "::1")
      guard !isLoopback || source.isLoopback else { return }
      heard(.alive(announcement))
    case .byebye(let serial): heard(.byebye(serial, source: sender))
    case nil: break
    }
  }

  func close() {
    rest?.cancel()
    rest = nil
    loop.remove(self)
    socket.close()
  }

  func loopEnded() { socket.close() }
}
