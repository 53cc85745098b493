package import Logging
package import Loop
package import Model
package import Reach
import Synchronization
import Wire

/// The one session with the cloud's broker, for printers of the account that cannot be reached in the network (protocol
/// sheet, 8.4). It stands only while there are such printers.
package actor CloudLine {
  private struct Current {
    var session: BrokerSession
    var box: SessionBox
    var user: CloudLineAccess
    /// The printers that are followed, by serial number.
    var printers: [String: PrinterID]
  }

  private struct Heard: Sendable {
    var printer: PrinterID
    var serial: String
    var payload: [UInt8]
  }

  /// Reports that wait for their printers; the oldest go first when there are more.
  private static let backlog = 512
  /// Seconds that a printer may be gone before the cloud is asked for it: most come back by themselves.
  package static let patience: Duration = .seconds(20)

  private let desk: CloudDesk
  private let fleet: Fleet
  private let rule: @Sendable () -> AddressRule
  private let broker: @Sendable (CloudBase) -> BrokerAddress?
  private let patience: Duration
  private let logger: Logger
  private let nudges: AsyncStream<Void>
  private let nudge: AsyncStream<Void>.Continuation
  private let reports: AsyncStream<Heard>
  private let arrived: AsyncStream<Heard>.Continuation
  private var current: Current?
  private var tasks: [Task<Void, Never>] = []
  private var subscription: EventFeed.Subscription?

  /// - Parameter broker: where the broker of a cloud is; another one in tests.
  package init(
    desk: CloudDesk, fleet: Fleet, logger: Logger, rule: @escaping @Sendable () -> AddressRule,
    patience: Duration = CloudLine.patience,
    broker: @escaping @Sendable (CloudBase) -> BrokerAddress? = CloudLine.standardBroker
  ) {
    self.desk = desk
    self.fleet = fleet
    self.logger = logger
    self.rule = rule
    self.patience = patience
    self.broker = broker
    (nudges, nudge) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    (reports, arrived) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.backlog))
  }

  /// By TLS at the standard port: where S2 says it is, else where a custom cloud itself is.
  package static let standardBroker: @Sendable (CloudBase) -> BrokerAddress? = { base in
    try? BrokerAddress("mqtts://\(base.region.brokerHost ?? base.api.hostInURL)")
  }

  package func start() async {
    await desk.onChange { [nudge] in nudge.yield() }
    subscription = desk.surroundings.feed.follow { [nudge] event in
      switch event {
      case .printerOffline, .printerAdded, .printerRemoved: nudge.yield()
      default: break
      }
    }
    let (nudges, reports, patience) = (nudges, reports, patience)
    tasks = [
      Task { [weak self] in
        for await _ in nudges {
          do { try await Task.sleep(for: patience) } catch { return }
          await self?.look()
        }
      },
      Task { [desk, fleet] in
        for await heard in reports {
          if let event = CloudEvent(heard: heard.payload, of: heard.serial) {
            await desk.tell(event)
          } else {
            await fleet.heardByCloud(heard.payload, from: heard.printer)
          }
        }
      },
    ]
    nudge.yield()
  }

  package func stop() async {
    subscription = nil
    nudge.finish()
    arrived.finish()
    for task in tasks { task.cancel() }
    await end()
  }

  /// Whom the session is for, once more.
  private func look() async {
    let absent = await fleet.absentPrinters()
    guard !absent.isEmpty, let access = await desk.lineAccess() else { return await end() }
    let wanted = absent.filter { access.bound.contains($0.key) }
    guard !wanted.isEmpty, let address = broker(access.base) else { return await end() }
    if let current, current.user == access, current.printers == wanted { return }
    await end()
    var settings = BrokerSession.Settings(broker: address)
    settings.user = "u_\(access.userID)"
    settings.password = access.token
    settings.topics = wanted.keys.sorted().map { "device/\($0)/report" }
    let (fleet, desk, arrived, logger) = (fleet, desk, arrived, logger)
    let box = SessionBox()
    let session = BrokerSession(
      settings, rule: rule,
      happened: { event in
        switch event {
        case .stands:
          _ = box.isNew(nil)
          for (serial, printer) in wanted {
            let send: CloudReports.Sender = { payload in
              guard desk.mayPublish() else { return false }
              return box.session?.publish(payload, to: "device/\(serial)/request", isRetained: false) ?? false
            }
            // Owned by nobody: one hop to the printer's actor, then one full report; the broker keeps none for us.
            Task {
              await fleet.reachedByCloud(printer, send)
              _ = send(StatusQuery.pushAll.payload(sequence: 1_000_000_000))
            }
          }
        case .isDown(let problem):
          if box.isNew(problem) {
            logger.warning(
              "no printer is followed by the cloud", metadata: ["broker": "\(address.host)", "problem": "\(problem)"])
          }
          // Owned by nobody, as above.
          for printer in wanted.values { Task { await fleet.leftByCloud(printer) } }
        case .hasRoom: break
        }
      },
      receive: { topic, payload, _ in
        let parts = topic.split(separator: "/")
        guard parts.count == 3, parts[2] == "report", let printer = wanted[String(parts[1])] else { return }
        arrived.yield(Heard(printer: printer, serial: String(parts[1]), payload: payload))
      })
    box.session = session
    current = Current(session: session, box: box, user: access, printers: wanted)
    session.start()
    logger.notice("printers are followed by the cloud", metadata: ["printers": "\(wanted.count)"])
  }

  private func end() async {
    guard let current else { return }
    self.current = nil
    current.session.stop()
    current.box.session = nil
    for printer in current.printers.values { await fleet.leftByCloud(printer) }
  }

  /// The session for its own callbacks, which exist before it; emptied at the end, so that neither keeps the other.
  private final class SessionBox: Sendable {
    private let kept = Mutex<BrokerSession?>(nil)
    private let problem = Mutex<String?>(nil)

    /// Whether this is another problem than the last, so that each is logged once.
    func isNew(_ problem: String?) -> Bool {
      self.problem.withLock { last in
        defer { last = problem }
        return last != problem
      }
    }

    var session: BrokerSession? {
      get { kept.withLock { $0 } }
      set { kept.withLock { $0 = newValue } }
    }
  }
}

/// What the broker wants to know, and which printers it will tell of.
struct CloudLineAccess: Hashable, Sendable {
  var base: CloudBase
  var userID: String
  var token: Secret
  /// Serial numbers of the account's printers.
  var bound: Set<String>
}
