package import Model

extension PollLoop {
  /// Looks up a host's numeric addresses beside the loop, and tells the owner on it unless the owner is gone by then.
  /// On the loop only.
  ///
  /// - Parameter take: called once, with the addresses, best first; with none where the host has none.
  /// - Returns: false when there is no room for it; then nothing is told.
  package func lookUp<Owner: AnyObject>(
    _ host: HostName, for owner: Owner, _ take: @escaping (Owner, [String]) -> Void
  ) -> Bool {
    assertOnLoop()
    let ticket = LookupTicket(owner, take)
    return resolver.resolve(host.text) { found in self.execute { ticket.answer(found) } }
  }
}

/// Carries the answer of a name server back to whoever asked.
private final class LookupTicket<Owner: AnyObject>: @unchecked Sendable {
  // Unchecked: made on the loop and read on the loop; in between other threads only hold on to it.
  private weak var owner: Owner?
  private let take: (Owner, [String]) -> Void

  init(_ owner: Owner, _ take: @escaping (Owner, [String]) -> Void) {
    self.owner = owner
    self.take = take
  }

  func answer(_ addresses: [String]) {
    guard let owner else { return }
    take(owner, addresses)
  }
}
