import Model
import Rules
import Service
import Store
import Synchronization
import TestKit
import Testing

/// Pairing with real keys and events (contract, section 3); the rules themselves have a table of their own.
@Suite struct PairingDeskTests {
  private struct Clock: WallClock {
    let now = Timestamp(seconds: 1_800_000_000)
  }

  private func withDesk(
    length: Duration = .seconds(60),
    _ body: (PairingDesk, KeyRing, @escaping @Sendable () -> [String]) async throws -> Void
  ) async throws {
    let temporary = try TemporaryFolder()
    let database = try Database.open(
      try DataFolder.prepare("\(temporary.path)/data"), role: .tool, now: Clock().now)
    let keys = KeyRing(database: database, clock: Clock())
    let feed = EventFeed()
    let told = Told()
    let subscription = feed.follow { event in
      if case .pairing(let notice) = event { told.add("\(notice.state.rawValue) \(notice.name)") }
    }
    try await body(PairingDesk(keys: keys, feed: feed, clock: Clock(), length: length), keys, { told.all })
    withExtendedLifetime((subscription, temporary)) {}
    try await database.close()
  }

  private final class Told: Sendable {
    private let words = Mutex<[String]>([])
    func add(_ word: String) { words.withLock { $0.append(word) } }
    var all: [String] { words.withLock { $0 } }
  }

  @Test func thePressGivesAKeyWithReadQueueAndControlOnce() async throws {
    try await withDesk { desk, keys, told in
      let opened = try await desk.open(name: "tablet")
      #expect((2...6).contains(opened.blinks) && opened.id.exposed.utf8.count == 22)
      #expect(opened.expiresAt == Clock().now.adding(seconds: 60))
      #expect(try await desk.standing(of: opened.id)?.state == .waiting)
      #expect(await desk.confirm())
      let key = try #require(try await desk.standing(of: opened.id)?.key)
      let record = try #require(try await keys.record(presenting: key))
      #expect(record.name == "tablet" && record.permissions == [.read, .queue, .control] && record.printerIDs == nil)
      let again = try #require(try await desk.standing(of: opened.id))
      #expect(again.state == .granted && again.key == nil)
      #expect(told() == ["waiting tablet", "granted tablet"])
    }
  }

  @Test func twoWhoFetchAtOnceGetOneKey() async throws {
    try await withDesk { desk, keys, _ in
      let opened = try await desk.open(name: "tablet")
      _ = await desk.confirm()
      let found = try await withThrowingTaskGroup { group in
        for _ in 0..<20 { group.addTask { try await desk.standing(of: opened.id)?.key } }
        return try await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
      }
      #expect(found == 1)
      #expect(try await keys.all().count == 1)
    }
  }

  @Test func aSecondAskerCancelsBothAndAGuessFindsNothing() async throws {
    try await withDesk { desk, keys, told in
      let opened = try await desk.open(name: "tablet")
      await #expect(throws: Fault.self) { _ = try await desk.open(name: "intruder") }
      #expect(await !desk.confirm())
      #expect(try await desk.standing(of: opened.id)?.state == .cancelled)
      #expect(try await desk.standing(of: Secret("AAAAAAAAAAAAAAAAAAAAAA")) == nil)
      #expect(try await keys.all().isEmpty)
      #expect(told() == ["waiting tablet", "cancelled tablet"])
    }
  }

  @Test func theEndOfTheWindowIsToldAndNobodyGetsAKeyThatWasNotFetched() async throws {
    try await withDesk(length: .seconds(1)) { desk, keys, told in
      let opened = try await desk.open(name: "tablet")
      #expect(await desk.confirm())
      try await eventually(within: 60, "the window closes") { () -> Bool? in
        told().last == "expired tablet" ? true : nil
      }
      #expect(try await desk.standing(of: opened.id)?.key == nil)
      #expect(try await keys.all().isEmpty)
    }
  }
}
