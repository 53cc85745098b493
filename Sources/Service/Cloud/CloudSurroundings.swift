package import Logging
package import Model
package import Reach
package import Store

/// What the cloud's desk needs of the rest of the house.
package struct CloudSurroundings: Sendable {
  package var client: CloudClient
  package var database: Database
  package var vault: FileVault
  package var view: FleetView
  package var feed: EventFeed
  package var clock: any WallClock
  package var logger: Logger
  /// The region and base of the settings as they are now.
  package var place: @Sendable () -> (region: CloudRegion, custom: String)

  package init(
    client: CloudClient, database: Database, vault: FileVault, view: FleetView, feed: EventFeed,
    clock: any WallClock, logger: Logger, place: @escaping @Sendable () -> (region: CloudRegion, custom: String)
  ) {
    self.client = client
    self.database = database
    self.vault = vault
    self.view = view
    self.feed = feed
    self.clock = clock
    self.logger = logger
    self.place = place
  }
}
