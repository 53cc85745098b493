import Wire
import Loop

/// Asks who is there: three times, three seconds apart, on every interface. Many printers never answer, so that it only
/// hastens what their own announcements bring (protocol sheet, section 2). Confined to the loop.
final class PrinterSearch {
  private static let times = 3
  private static let spacing: Duration = .seconds(3)
  /// How long answers are waited for after the last question: MX and a little.
  private static let patience: Duration = .seconds(4)

  private let loop: PollLoop
  private let listener: AnnouncementListener
  private let ask: (DatagramSocket) -> Void
  private let ended: () -> Void
  private var asked = 0
  private var timer: LoopTimer?

  /// - Parameter ask: sends the question on this socket to wherever printers may be.
  init(
    loop: PollLoop, heard: @escaping (PrinterSighting) -> Void, ask: @escaping (DatagramSocket) -> Void,
    ended: @escaping () -> Void
  ) throws(DiscoveryFailure) {
    self.loop = loop
    self.ask = ask
    self.ended = ended
    // A socket of its own: on a shared port the answer to one may be given to another program.
    listener = AnnouncementListener(socket: try DatagramSocket(port: 0), loop: loop, heard: heard)
    step()
  }

  private func step() {
    if asked == Self.times {
      stop()
      return ended()
    }
    asked += 1
    ask(listener.socket)
    let wait = asked == Self.times ? Self.patience : Self.spacing
    timer = loop.schedule(after: wait) { [weak self] in self?.step() }
  }

  func stop() {
    timer?.cancel()
    timer = nil
    listener.close()
  }
}
