package import Board
package import Logging
package import Loop

/// What the board works with.
package struct BoardSurroundings: Sendable {
  package let map: BoardMap
  package let chips: any GPIOChips
  package let loop: PollLoop
  package let keeper: any LineKeeper
  package let memory: RelayMemory
  package let fleet: Fleet
  package let view: FleetView
  package let feed: EventFeed
  package let pairing: PairingDesk
  package let appliance: any Appliance
  /// Whether a cleared plate is asked for before the next print.
  package let wantsPlatesCleared: @Sendable () -> Bool
  /// Marks everything that is kept for erasure at the next start, or takes the mark away.
  package let markForErasure: @Sendable (Bool) throws -> Void
  package let logger: Logger

  package init(
    map: BoardMap, chips: any GPIOChips, loop: PollLoop, keeper: any LineKeeper, memory: RelayMemory, fleet: Fleet,
    view: FleetView, feed: EventFeed, pairing: PairingDesk, appliance: any Appliance,
    wantsPlatesCleared: @escaping @Sendable () -> Bool, markForErasure: @escaping @Sendable (Bool) throws -> Void,
    logger: Logger
  ) {
    self.map = map
    self.chips = chips
    self.loop = loop
    self.keeper = keeper
    self.memory = memory
    self.fleet = fleet
    self.view = view
    self.feed = feed
    self.pairing = pairing
    self.appliance = appliance
    self.wantsPlatesCleared = wantsPlatesCleared
    self.markForErasure = markForErasure
    self.logger = logger
  }
}
