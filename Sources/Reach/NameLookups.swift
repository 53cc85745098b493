import Loop
import Model
import Synchronization

/// Looks names up on threads of their own, so that silent name servers cost a request its deadline and no more.
final class NameLookups: Sendable {
  /// Look-ups that may be on their way at once, those that nobody waits for any more included.
  static let limit = 8

  private let lookup: NameResolver.Lookup
  private let running = Mutex(0)

  init(_ lookup: @escaping NameResolver.Lookup) { self.lookup = lookup }

  /// The numeric addresses of a host, best first; never empty. Blocks for `seconds` at most.
  func addresses(of host: HostName, within seconds: Int) throws(ReachError) -> [HostName] {
    if host.isNumeric { return [host] }
    let isTaken = running.withLock { running in
      guard running < Self.limit else { return false }
      running += 1
      return true
    }
    guard isTaken else { throw .nameUnknown }
    let answer = Answer()
    let isStarted = SystemThread.startDetached("names", stackBytes: 256 * 1024) { [self] in
      answer.give(lookup(host.text))
      running.withLock { $0 -= 1 }
    }
    guard isStarted else {
      running.withLock { $0 -= 1 }
      throw .busy
    }
    guard let found = answer.wait(seconds: seconds) else { throw .timeout }
    // A zone (`%eth0`) belongs to link-local addresses only, which the address rule refuses anyway.
    let addresses = found.compactMap { try? HostName($0) }
    guard !addresses.isEmpty else { throw .nameUnknown }
    return addresses
  }

  private final class Answer: Sendable {
    private let kept = Mutex<[String]>([])
    private let ready = Semaphore()

    func give(_ addresses: [String]) {
      kept.withLock { $0 = addresses }
      ready.post()
    }

    func wait(seconds: Int) -> [String]? { ready.wait(seconds: seconds) ? kept.withLock { $0 } : nil }
  }
}
