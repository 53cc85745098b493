import API
import Model
import Service
import Store

/// The parts that decide who gets in, and what they are asked for.
struct Doorway: Sendable {
  let keys: KeyRing
  let entrance: Entrance
  let watch: StandingWatch
  private let settings: Settings
  private let sessions: SessionBook
  private let passwords: PasswordKeeper
  let pairing: PairingDesk
  private let clock: any WallClock

  init(database: Database, settings: Settings, feed: EventFeed, clock: any WallClock, port: PortNumber) {
    self.settings = settings
    self.clock = clock
    let foreign = ForeignChanges(database: database)
    let keys = KeyRing(database: database, foreign: foreign, clock: clock)
    let sessions = SessionBook(database: database, foreign: foreign, clock: clock)
    let entrance = Entrance(
      gate: AccessGate(keys: keys, sessions: sessions),
      door: HostDoor { BoardNames.rule(allowed: settings.texts(.allowedHosts)) }, meter: RateMeter(clock: clock),
      policy: AccessPolicy(settings), port: Int(port.number))
    self.keys = keys
    self.sessions = sessions
    self.entrance = entrance
    passwords = PasswordKeeper(database: database, sessions: sessions, clock: clock)
    pairing = PairingDesk(keys: keys, feed: feed, clock: clock)
    watch = StandingWatch(keys: keys, sessions: sessions, clock: clock) { entrance.policy.isOpen }
  }

  var operations: [Operation] {
    KeyRoutes(keys: keys).operations + AuthRoutes(passwords: passwords, sessions: sessions).operations
      + PairingRoutes(desk: pairing, clock: clock).operations
      + SettingsRoutes(settings: settings, clock: clock).operations
  }

  /// Writes down when keys and sessions were used.
  func writeUses(atStop: Bool = false) async throws {
    try await keys.writeUses(atStop: atStop)
    try await sessions.writeUses(atStop: atStop)
  }
}
