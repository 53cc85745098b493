import API
import Logging
import Loop
import Model
import Reach
import Service
import Store

/// The parts that tell people and programs what happens.
struct Messages: Sendable {
  private let threads: ReachThreads
  private let desk: NotificationDesk

  init(
    database: Database, feed: EventFeed, settings: Settings, photos: any PhotoSource, clock: any WallClock,
    view: FleetView, logger: Logger, rule: @escaping @Sendable () -> AddressRule
  ) {
    threads = NotificationSender.makeThreads()
    desk = NotificationDesk(
      NotificationDesk.Surroundings(
        database: database, feed: feed,
        sender: NotificationSender(
          web: WebClient(threads: threads, rule: rule), mail: MailClient(threads: threads, rule: rule)),
        photos: photos, clock: clock, logger: logger, steps: { settings.progressSteps }, rule: rule,
        zone: { settings.zone.offset(at: $0.milliseconds / 1000) }, printer: { view[$0]?.identity }))
  }

  var operations: [Operation] { NotificationRoutes(desk: desk).operations }

  func start() async { await desk.start() }

  func stop() async {
    await desk.stop()
    threads.shutdown()
  }
}
