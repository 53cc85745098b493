/// Carries the answer of a name server back to the source that asked.
final class LookupTicket<Source: AnyObject>: @unchecked Sendable {
  // Unchecked: made on the loop and read on the loop; in between other threads only hold on to it.
  private weak var source: Source?
  private let take: (Source, [String]) -> Void

  init(_ source: Source, take: @escaping (Source, [String]) -> Void) {
    self.source = source
    self.take = take
  }

  /// On the loop only.
  func answer(_ addresses: [String]) {
    guard let source else { return }
    take(source, addresses)
  }
}
