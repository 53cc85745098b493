package import Logging
package import Loop
import Model
import Reach
import Rules
import Synchronization
package import TLS

/// Tells an MQTT broker of the user's how printers, plugs and the board stand, in the form in which Home Assistant finds
/// them by itself, and obeys what comes back where the setting allows.
///
/// Nothing waits for it. Of each topic it keeps the newest value only; what the broker has not acknowledged is bounded; a
/// broker that is away costs a thread that waits.
package actor BrokerPublisher {
  package struct Surroundings: Sendable {
    package var settings: Settings
    package var fleet: Fleet
    package var feed: EventFeed
    package var plugs: PlugDesk
    package var board: BoardDesk
    package var cameras: CameraDesk
    package var trust: TrustStore
    package var rule: @Sendable () -> AddressRule
    package var version: String
    package var clock: any WallClock
    package var logger: Logger
    package var pace = PublishPace()

    package init(
      settings: Settings, fleet: Fleet, feed: EventFeed, plugs: PlugDesk, board: BoardDesk, cameras: CameraDesk,
      trust: TrustStore, rule: @escaping @Sendable () -> AddressRule, version: String, clock: any WallClock,
      logger: Logger
    ) {
      self.settings = settings
      self.fleet = fleet
      self.feed = feed
      self.plugs = plugs
      self.board = board
      self.cameras = cameras
      self.trust = trust
      self.rule = rule
      self.version = version
      self.clock = clock
      self.logger = logger
    }
  }

  /// What has a device of its own.
  enum Subject: Hashable, Sendable {
    case printer(PrinterID)
    case plug(PlugID)
    case board
  }

  enum Shape: Hashable, Sendable {
    case printer(PublishedPrinter)
    case plug(PublishedPlug)
    case board(PublishedBoard)
  }

  /// What is at the broker of a subject.
  struct Record: Sendable {
    var shape: Shape
    var base: String
    var topics: Set<String> = []
    var steady: [UInt8] = []
  }

  /// A session with a broker, and what the broker is to hold.
  struct Line {
    let number: Int
    let plan: PublishPlan.Line
    let session: BrokerSession
    var isUp = false
    /// Everything is being taken away, and then it ends.
    var isRetiring = false
    var sweep: Task<Void, Never>?
  }

  struct Ear: Sendable {
    var due: Set<Subject> = []
    var isCalled = false
    /// There is somebody to tell.
    var isListening = false
  }

  let surroundings: Surroundings
  let inbox = BrokerInbox()
  var plan: PublishPlan?
  var line: Line? {
    didSet { ear.withLock { $0.isListening = line != nil } }
  }
  var ledger: TopicLedger
  var records: [Subject: Record] = [:]
  var standings: [PlugID: PlugStanding] = [:]
  var limiter = RateLimiter(capacity: 1)
  /// Commands that are being carried out.
  var running = 0
  /// Printers of which a last picture is wanted although their job is over.
  var lastPictures: Set<PrinterID> = []
  private nonisolated let ear = Mutex(Ear())
  private var lines = 0
  private var subscription: EventFeed.Subscription?
  private var sleeper: Task<Void, Never>?
  private var chores: [Task<Void, Never>] = []
  private var told: String?
  private var isStopped = false

  package init(_ surroundings: Surroundings) {
    self.surroundings = surroundings
    ledger = TopicLedger(pace: surroundings.pace.figures)
  }

  // MARK: Begin and end

  package func start() async {
    surroundings.settings.follow { [weak self] _ in
      // Owned by nobody: one hop for each change of the settings.
      Task { await self?.adopt() }
    }
    subscription = surroundings.feed.follow { [weak self] event in self?.heard(event) }
    for standing in await surroundings.plugs.known() { standings[standing.id] = standing }
    adopt()
  }

  /// Says `offline` and goodbye.
  package func stop() async {
    isStopped = true
    subscription = nil
    sleeper?.cancel()
    rest()
    guard let line else { return }
    self.line = nil
    line.sweep?.cancel()
    await part(with: line.session, line.plan.topics)
  }

  /// The broker hears `offline` from ourselves where it can, and from the last will where not.
  private func part(with session: BrokerSession, _ topics: PublishTopics) async {
    session.publish(Array("offline".utf8), to: topics.status, isRetained: true)
    let farewell = Task { await session.end() }
    let limit = Task {
      try? await Task.sleep(for: .seconds(1))
      session.abandon()
    }
    await farewell.value
    limit.cancel()
  }

  // MARK: What is wanted

  /// Publishes as the settings say now.
  private func adopt() {
    guard !isStopped else { return }
    plan = PublishPlan(surroundings.settings)
    limiter.limits = RateLimits(control: surroundings.settings.number(.rateControl))
    guard let line else { return open() }
    guard !line.isRetiring else { return }
    if line.plan == plan?.line {
      subscribe()
      refreshAll()
    } else {
      retire()
    }
  }

  private func open() {
    guard let plan, !isStopped else { return }
    lines += 1
    let number = lines
    ledger = TopicLedger(pace: surroundings.pace.figures)
    records = [:]
    told = nil
    let session = BrokerSession(plan.session(trusting: surroundings.trust), rule: surroundings.rule) {
      [weak self] event in
      // Owned by nobody: told a few times in a session's life, and once for many acknowledgements.
      Task { await self?.happened(event, on: number) }
    } receive: { [weak self, inbox] topic, payload, isKept in
      guard inbox.put(topic, payload, isKept: isKept) else { return }
      Task { await self?.lookIntoInbox() }
    }
    line = Line(number: number, plan: plan.line, session: session)
    refreshAll()
    session.start()
  }

  /// Takes everything away from the broker, as far as it can be had in a moment, and goes on with what is wanted then.
  private func retire() {
    guard let number = line?.number else { return }
    rest()
    guard line?.isUp == true else { return close() }
    line?.isRetiring = true
    ledger.clear()
    // Ends with the line.
    Task { [pace = surroundings.pace] in
      try? await Task.sleep(for: pace.parting)
      self.give(up: number)
    }
    pump()
  }

  private func give(up number: Int) { if line?.number == number { close() } }

  private func close() {
    guard let line else { return }
    self.line = nil
    line.sweep?.cancel()
    // Owned by nobody: it ends within a second.
    Task { await part(with: line.session, line.plan.topics) }
    open()
  }

  // MARK: The session

  private func happened(_ event: BrokerSession.Event, on number: Int) {
    guard line?.number == number, let session = line?.session else { return }
    switch event {
    case .stands:
      line?.isUp = true
      told = nil
      surroundings.logger.notice("the MQTT broker is connected")
      session.publish(Array("online".utf8), to: topics.status, isRetained: true)
      subscribe()
      ledger.renew()
      sweepLater(number)
      rest()
      toil()
      pump()
    case .hasRoom: pump()
    case .isDown(let problem):
      line?.isUp = false
      line?.sweep?.cancel()
      rest()
      if line?.isRetiring == true { return close() }
      tell(problem)
    }
  }

  var topics: PublishTopics { line?.plan.topics ?? PublishTopics(prefix: "", discovery: "") }
  var allowsCommands: Bool { plan?.allowsCommands ?? false }

  private func subscribe() {
    guard let line, line.isUp else { return }
    for topic in topics.commands {
      if allowsCommands { line.session.subscribe(topic) } else { line.session.unsubscribe(topic) }
    }
  }

  /// Once for each reason, until it stands again.
  private func tell(_ problem: String) {
    guard told != problem else { return }
    told = problem
    let sentence = "The MQTT broker \(topics.prefix.isEmpty ? "" : "for \(topics.prefix) ")is not reached: \(problem)."
    surroundings.logger.warning("the MQTT broker is not reached", metadata: ["problem": "\(problem)"])
    surroundings.feed.publish(
      .notice(
        ServiceNotice(
          event: "mqtt_publish", title: "MQTT broker",
          message: "\(sentence) It is tried again by itself; look at the settings mqtt.publish.", level: .warning)))
  }

  /// What a service of before has left comes right after the subscription; then nobody need listen to our own words.
  private func sweepLater(_ number: Int) {
    line?.sweep?.cancel()
    // Owned by the line.
    line?.sweep = Task { [pace = surroundings.pace] in
      do { try await Task.sleep(for: pace.sweep) } catch { return }
      self.endSweep(number)
    }
  }

  private func endSweep(_ number: Int) {
    guard line?.number == number else { return }
    for topic in topics.leftovers { line?.session.unsubscribe(topic) }
  }

  // MARK: What happens

  /// Called on whatever thread tells it: it must be quick.
  private nonisolated func heard(_ event: ServiceEvent) {
    switch event {
    case .printerState(let snapshot), .printerOffline(let snapshot, _), .printerError(let snapshot):
      call(for: [.printer(snapshot.identity.id)])
    case .printerAdded(let snapshot): call(for: [.printer(snapshot.identity.id), .board])
    case .printerRemoved(let id): call(for: [.printer(id), .board])
    case .print(.ended, let snapshot, _):
      let id = snapshot.identity.id
      Task { await self.wantLastPicture(of: id) }
    case .plug(let standing):
      Task { await self.took(standing) }
    case .plugRemoved(let id, _):
      Task { await self.lost(id) }
    case .board: call(for: [.board])
    default: break
    }
  }

  nonisolated func call(for subjects: Set<Subject>) {
    let isFirst = ear.withLock { ear in
      guard ear.isListening else { return false }
      defer { ear.isCalled = true }
      ear.due.formUnion(subjects)
      return !ear.isCalled
    }
    // Owned by nobody: one for all that happens until it runs.
    if isFirst { Task { await self.catchUp() } }
  }

  private func catchUp() async {
    let due = ear.withLock { ear in
      defer { (ear.due, ear.isCalled) = ([], false) }
      return ear.due
    }
    guard line?.isRetiring == false else { return }
    for subject in due { await refresh(subject) }
    pump()
  }

  private func took(_ standing: PlugStanding) {
    standings[standing.id] = standing
    call(for: [.plug(standing.id)])
  }

  private func lost(_ id: PlugID) {
    standings[id] = nil
    call(for: [.plug(id)])
  }

  /// Everything that there is.
  func refreshAll() {
    let printers = surroundings.fleet.view.all.map { Subject.printer($0.identity.id) }
    call(for: Set(printers + standings.keys.map { .plug($0) } + records.keys + [.board]))
  }

  // MARK: Sending

  /// Sends what may go, for as long as the broker takes it.
  func pump() {
    guard let line, line.isUp else { return }
    let now = BootClock.seconds()
    while let (topic, payload) = ledger.next(at: now) {
      guard line.session.publish(payload, to: topic, isRetained: true) else { return }
      ledger.sent(topic, at: now)
    }
    if line.isRetiring, ledger.isIdle { return close() }
    sleeper?.cancel()
    guard let due = ledger.dueAt else { return }
    // Owned by the publisher: the next one takes its place.
    sleeper = Task {
      do { try await Task.sleep(for: .milliseconds(Int64(max(0, due - now) * 1000) + 1)) } catch { return }
      self.pump()
    }
  }

  // MARK: Chores of a standing session

  private func toil() {
    chores = [
      Task { await self.keepPictures() },
      Task { [pace = surroundings.pace] in
        // Temperatures of the board tell nobody when they change.
        while (try? await Task.sleep(for: pace.board, tolerance: .seconds(5))) != nil { self.call(for: [.board]) }
      },
    ]
  }

  private func rest() {
    for chore in chores { chore.cancel() }
    chores = []
  }
}

/// How often, and how long.
package struct PublishPace: Sendable {
  /// Seconds between two messages of one topic in which only figures differ.
  package var figures = 5.0
  package var sweep = Duration.seconds(20)
  /// To take everything away.
  package var parting = Duration.seconds(5)
  package var board = Duration.seconds(60)
  /// At most, before everything is told again to a Home Assistant that has just started.
  package var rebirth = 2.0

  package init() {}
}
