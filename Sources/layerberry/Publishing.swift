import Logging
import Loop
import Model
import Service
import TLS

/// What is told to an MQTT broker of the user's.
struct Publishing: Sendable {
  private let publisher: BrokerPublisher

  init(
    settings: Settings, fleet: Fleet, feed: EventFeed, plugs: PlugDesk, board: BoardDesk, cameras: CameraDesk,
    trust: TrustStore, clock: any WallClock, logger: Logger, rule: @escaping @Sendable () -> AddressRule
  ) {
    publisher = BrokerPublisher(
      BrokerPublisher.Surroundings(
        settings: settings, fleet: fleet, feed: feed, plugs: plugs, board: board, cameras: cameras, trust: trust,
        rule: rule, version: Version.text, clock: clock, logger: logger))
  }

  func start() async { await publisher.start() }

  func stop() async { await publisher.stop() }
}
