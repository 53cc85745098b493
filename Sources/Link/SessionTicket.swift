/// Carries a look-up's answer back to the session that asked.
final class SessionTicket: @unchecked Sendable {
  // Unchecked: made on the loop and read on the loop; in between other threads only hold on to it.
  private weak var session: PrinterSession?
  private let number: Int

  init(session: PrinterSession, number: Int) {
    self.session = session
    self.number = number
  }

  /// On the loop only.
  func answer(_ addresses: [String]) { session?.resolved(addresses, lookup: number) }
}
