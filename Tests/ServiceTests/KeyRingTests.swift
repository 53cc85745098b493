import Model
import Service
import Store
import TestKit
import Testing

/// Who gets in, by the keys in a real database (contract, section 3).
@Suite struct KeyRingTests {
  private struct Clock: WallClock {
    var now: Timestamp
  }

  private func withRing(
    now: Timestamp = Timestamp(seconds: 1_800_000_000), _ body: (KeyRing, Database) async throws -> Void
  ) async throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare("\(temporary.path)/data")
    let database = try Database.open(folder, role: .tool, now: now)
    try await body(KeyRing(database: database, clock: Clock(now: now)), database)
    try await database.close()
    withExtendedLifetime(temporary) {}
  }

  @Test func aKeyOpensWhatItWasMadeFor() async throws {
    try await withRing { ring, _ in
      let made = try await ring.create(KeyGrant(name: "laptop", permissions: [.read, .control]))
      #expect(made.key.exposed.hasPrefix("lb_"))
      #expect(try await ring.record(presenting: made.key)?.permissions == [.read, .control])
    }
  }

  @Test func anythingElseOpensNothing() async throws {
    try await withRing { ring, _ in
      _ = try await ring.create(KeyGrant(name: "laptop", permissions: [.read]))
      for wrong in ["", "lb_", "lb_AAAA", String(repeating: "x", count: 10_000)] {
        #expect(try await ring.record(presenting: Secret(wrong)) == nil)
      }
    }
  }

  @Test func aDeletedKeyIsRefusedAtOnce() async throws {
    try await withRing { ring, _ in
      let made = try await ring.create(KeyGrant(name: "laptop", permissions: [.read]))
      #expect(try await ring.record(presenting: made.key) != nil)
      try await ring.delete(made.record.id)
      #expect(try await ring.record(presenting: made.key) == nil)
      #expect(try await ring.standing(made.record.id) == nil)
    }
  }

  @Test func anExpiredKeyIsRefused() async throws {
    let now = Timestamp(seconds: 1_800_000_000)
    try await withRing(now: now) { ring, _ in
      let made = try await ring.create(KeyGrant(name: "guest", permissions: [.read], expiresAt: now))
      #expect(try await ring.record(presenting: made.key) == nil)
    }
  }

  @Test func nothingExpiresUntilTheClockIsSet() async throws {
    let atBoot = Timestamp(seconds: 1_000_000_000)
    try await withRing(now: atBoot) { ring, _ in
      let made = try await ring.create(
        KeyGrant(name: "guest", permissions: [.read], expiresAt: atBoot.adding(seconds: -1)))
      #expect(try await ring.record(presenting: made.key) != nil)
    }
  }

  @Test func aKeyForSomePrintersCannotHoldAdmin() async throws {
    try await withRing { ring, _ in
      let grant = KeyGrant(name: "both", permissions: [.admin], printerIDs: [])
      await #expect(throws: Fault.self) { try await ring.create(grant) }
    }
  }

  @Test func aKeyForAPrinterThatDoesNotExistIsRefusedByName() async throws {
    try await withRing { ring, _ in
      let grant = KeyGrant(name: "ghost", permissions: [.read], printerIDs: [PrinterID(rawValue: 99)])
      let fault = await #expect(throws: Fault.self) { try await ring.create(grant) }
      #expect(fault?.fields.map(\.field) == ["printer_ids"])
    }
  }

  @Test func everyChangeIsAnotherRevision() async throws {
    try await withRing { ring, _ in
      let made = try await ring.create(KeyGrant(name: "laptop", permissions: [.read]))
      let before = try await ring.revision()
      #expect(try await ring.revision() == before)
      _ = try await ring.update(made.record.id, KeyGrant(name: "laptop", permissions: [.queue]))
      #expect(try await ring.revision() != before)
      #expect(try await ring.record(presenting: made.key)?.permissions == [.queue])
    }
  }
}
