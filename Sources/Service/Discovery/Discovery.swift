package import Link
package import Logging
package import Model
import Rules
import Wire
package import Loop

/// Which printers there are in the network, and where those that we know have gone.
///
/// Runs on the link's thread. Whatever is heard is a hint: it fills the book, and where a known printer is silent at its
/// stored address it makes us check the certificate at the new one, by the rule of `AddressFollowing`.
package actor Discovery {
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// Calls that may search or ask at the same time; one more is refused.
  private static let callers = 16

  private nonisolated let loop: PollLoop
  private let fleet: Fleet
  private let view: FleetView
  private let feed: EventFeed
  private let clock: any WallClock
  private let logger: Logger
  private let settings: PrinterDiscovery.Settings
  private var ears: PrinterDiscovery?
  private var book = DiscoveryBook()
  private var followings: [PrinterID: AddressFollowing] = [:]
  /// A try is under way.
  private(set) var trying: Set<PrinterID> = []
  private var timers: [PrinterID: LoopTimer] = [:]
  private var calls = 0
  private var subscription: EventFeed.Subscription?

  package init(
    loop: PollLoop, fleet: Fleet, view: FleetView, feed: EventFeed, clock: any WallClock, logger: Logger,
    settings: PrinterDiscovery.Settings = PrinterDiscovery.Settings()
  ) {
    self.loop = loop
    self.fleet = fleet
    self.view = view
    self.feed = feed
    self.clock = clock
    self.logger = logger
    self.settings = settings
  }

  /// Begins to listen. Ports that cannot be opened are logged, and found in `failures`.
  package func start() {
    guard ears == nil else { return }
    let ears = PrinterDiscovery(loop: loop, settings: settings, logger: logger)
    self.ears = ears
    ears.start { [weak self] sighting in self?.assumeIsolated { $0.heard(sighting) } }
    // A printer that goes away may have announced its new address already.
    subscription = feed.follow { [weak self, loop] event in
      guard case .printerOffline(let printer, _) = event else { return }
      loop.execute { [weak self] in self?.assumeIsolated { $0.look(for: printer.identity.id) } }
    }
  }

  package func stop() {
    subscription = nil
    ears?.stop()
    ears = nil
    for timer in timers.values { timer.cancel() }
    timers = [:]
    followings = [:]
  }

  /// The ports that announcements are heard on, and those that could not be opened.
  package var ports: [UInt16] { ears?.ports ?? [] }
  package var failures: [DiscoveryFailure] { ears?.failures ?? [] }

  /// Everybody who was heard within ten minutes.
  package var printers: [DiscoveredPrinter] { book.printers(at: loop.now) }

  /// Asks the network, and gives whoever is known when the time is over.
  /// - Parameter time: 0 does not ask.
  package func search(for time: Duration) async throws(Fault) -> [DiscoveredPrinter] {
    guard time > .zero else { return printers }
    try enter()
    defer { calls -= 1 }
    ears?.searchNow()
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      _ = loop.schedule(after: time) { continuation.resume() }
    }
    return printers
  }

  /// Asks one address by the bind port, where announcements do not get through.
  /// - Throws: `InvalidValue` as a fault for an address that no printer can have.
  package func ask(_ host: HostName) async throws(Fault) -> [DiscoveredPrinter] {
    guard host.isReachableUnicast else { throw Self.unreachable(host) }
    try enter()
    defer { calls -= 1 }
    // Looked up once; what the name says a moment later does not count.
    guard let address = await loop.address(of: host) else { return [] }
    guard address.isReachableUnicast else { throw Self.unreachable(host) }
    let ports = settings.bind
    let answer = await withCheckedContinuation { (continuation: CheckedContinuation<PrinterAnnouncement?, Never>) in
      BindProbe.run(on: loop, host: address, ports: ports) { continuation.resume(returning: $0) }
    }
    guard let answer else { return [] }
    heard(.alive(answer))
    return printers.filter { $0.announcement.serial == answer.serial }
  }

  private func enter() throws(Fault) {
    guard calls < Self.callers else {
      throw Fault(.serviceUnavailable, "Too many searches for printers are under way. Try again in a few seconds.")
    }
    calls += 1
  }

  private static func unreachable(_ host: HostName) -> Fault {
    Fault(InvalidValue("address", "must be one machine's address, not a link-local, multicast or broadcast one"))
  }

  // MARK: Hints

  private func heard(_ sighting: PrinterSighting) {
    switch sighting {
    case .byebye(let serial, let source): book.left(serial, source: source)
    case .alive(let announcement):
      book.heard(announcement, at: loop.now, time: clock.now)
      guard let printer = view.all.first(where: { $0.identity.serial == announcement.serial }),
        printer.identity.host != announcement.address, printer.identity.isEnabled
      else { return }
      followings[printer.identity.id, default: AddressFollowing()].heard(announcement.address, at: loop.now)
      look(for: printer.identity.id)
    }
  }

  /// Tries another address for a printer if it is time to.
  private func look(for id: PrinterID) {
    guard !trying.contains(id), var following = followings[id] else { return }
    guard let printer = view[id], printer.identity.isEnabled else { return forget(id) }
    let isSilent = !printer.isConnected && AddressFollowing.isSilent(printer.problem)
    let address = following.next(stored: printer.identity.host, isSilent: isSilent, at: loop.now)
    followings[id] = following.isEmpty ? nil : following
    guard let address else {
      if isSilent { lookAgain(for: id, stored: printer.identity.host) }
      return
    }
    trying.insert(id)
    // Owned by nobody: one for each printer at most, and it ends by itself within seconds.
    Task {
      await fleet.follow(id, from: printer.identity.host, to: address)
      trying.remove(id)
      look(for: id)
    }
  }

  private func lookAgain(for id: PrinterID, stored: HostName) {
    guard let due = followings[id]?.nextTry(stored: stored) else { return }
    timers[id]?.cancel()
    timers[id] = loop.schedule(at: due) { [weak self] in
      self?.assumeIsolated { me in
        me.timers[id] = nil
        me.look(for: id)
      }
    }
  }

  private func forget(_ id: PrinterID) {
    followings[id] = nil
    timers.removeValue(forKey: id)?.cancel()
  }
}
