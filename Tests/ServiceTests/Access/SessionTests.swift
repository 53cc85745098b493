import Model
import Service
import Store
import Synchronization
import TestKit
import Testing

/// Sessions and the password, in a real database with a clock that the test moves (contract, section 3).
@Suite struct SessionTests {
  final class Clock: WallClock {
    private let time = Mutex(Timestamp(seconds: 1_800_000_000))

    var now: Timestamp { time.withLock { $0 } }
    func pass(_ seconds: Double) { time.withLock { $0 = $0.adding(seconds: seconds) } }
    func set(_ now: Timestamp) { time.withLock { $0 = now } }
  }

  /// What a start of the service makes of a data folder.
  struct Rig: Sendable {
    let clock: Clock
    let database: Database
    let sessions: SessionBook
    let passwords: PasswordKeeper

    init(_ folder: DataFolder, _ clock: Clock) throws {
      self.clock = clock
      database = try Database.open(folder, role: .tool, now: clock.now)
      sessions = SessionBook(database: database, foreign: ForeignChanges(database: database), clock: clock)
      passwords = PasswordKeeper(database: database, sessions: sessions, clock: clock)
    }

    func isSignedIn(_ token: SessionToken) async throws -> Bool {
      try await sessions.session(presenting: token) != nil
    }
  }

  static let password = Secret("a password of twelve words")

  private func withRig(_ body: (Rig, DataFolder) async throws -> Void) async throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare("\(temporary.path)/data")
    let rig = try Rig(folder, Clock())
    try await FirstPassword.replace(in: rig.database, with: Self.password, now: rig.clock.now)
    try await body(rig, folder)
    try await rig.database.close()
    withExtendedLifetime(temporary) {}
  }

  private func status(_ body: () async throws -> Void) async throws -> Int {
    do {
      try await body()
      return 200
    } catch let fault as Fault {
      return fault.status
    }
  }

  @Test func theRightPasswordBeginsASession() async throws {
    try await withRig { rig, _ in
      let begun = try await rig.passwords.signIn(with: Self.password, from: "a")
      #expect(try await rig.sessions.session(presenting: begun.token) == begun.id)
      #expect(begun.token.secret.exposed.utf8.count == 43)
      for wrong in ["", "x", begun.token.secret.exposed + "A"] {
        #expect(try await !rig.isSignedIn(SessionToken(wrong)))
      }
      for wrong in ["", "a password of twelve word", String(repeating: "x", count: 100_000)] {
        #expect(try await status { _ = try await rig.passwords.signIn(with: Secret(wrong), from: "b") } == 401)
      }
    }
  }

  @Test func aSessionLasts30DaysAfterItsLastUse() async throws {
    try await withRig { rig, _ in
      let token = try await rig.passwords.signIn(with: Self.password, from: "a").token
      for _ in 0..<3 {
        rig.clock.pass(29.9 * 86_400)
        #expect(try await rig.isSignedIn(token))
      }
      rig.clock.pass(30 * 86_400)
      #expect(try await !rig.isSignedIn(token))
    }
  }

  @Test func aSessionOutlivesARestartWithItsLastUse() async throws {
    try await withRig { rig, folder in
      let token = try await rig.passwords.signIn(with: Self.password, from: "a").token
      rig.clock.pass(20 * 86_400)
      #expect(try await rig.isSignedIn(token))
      try await rig.sessions.writeUses(atStop: true)
      rig.clock.pass(20 * 86_400)
      let next = try Rig(folder, rig.clock)
      #expect(try await next.isSignedIn(token))
      next.clock.pass(31 * 86_400)
      try await next.sessions.writeUses(atStop: true)
      #expect(try await SessionRepository(next.database).all().isEmpty)
      try await next.database.close()
    }
  }

  @Test func nothingEndsUntilTheClockIsSet() async throws {
    try await withRig { rig, _ in
      rig.clock.set(Timestamp(seconds: 1_000_000))
      let token = try await rig.passwords.signIn(with: Self.password, from: "a").token
      rig.clock.pass(100 * 86_400)
      #expect(try await rig.isSignedIn(token))
      // The clock is set: what was noted before says nothing.
      rig.clock.set(Timestamp(seconds: 1_800_000_000))
      #expect(try await rig.isSignedIn(token))
    }
  }

  @Test func aChangeOfThePasswordEndsAllOtherSessions() async throws {
    try await withRig { rig, _ in
      let mine = try await rig.passwords.signIn(with: Self.password, from: "a")
      let other = try await rig.passwords.signIn(with: Self.password, from: "a")
      let before = try await rig.sessions.revision()
      let new = Secret("another password")
      #expect(
        try await status {
          try await rig.passwords.change(from: Secret("wrong"), to: new, by: mine.id, at: "a")
        } == 401)
      #expect(
        try await status {
          try await rig.passwords.change(from: Self.password, to: Secret("short"), by: mine.id, at: "a")
        } == 400)
      #expect(try await rig.isSignedIn(other.token))
      try await rig.passwords.change(from: Self.password, to: new, by: mine.id, at: "a")
      #expect(try await rig.isSignedIn(mine.token))
      #expect(try await !rig.isSignedIn(other.token))
      #expect(try await rig.sessions.standing() == [mine.id])
      #expect(try await rig.sessions.revision() != before)
      #expect(try await status { _ = try await rig.passwords.signIn(with: Self.password, from: "b") } == 401)
      _ = try await rig.passwords.signIn(with: new, from: "b")
    }
  }

  @Test func theCommandEndsAllSessionsOfARunningService() async throws {
    try await withRig { rig, folder in
      let token = try await rig.passwords.signIn(with: Self.password, from: "a").token
      let tool = try Database.open(folder, role: .tool, now: rig.clock.now)
      try await FirstPassword.replace(in: tool, with: Secret("from the command"), now: rig.clock.now)
      try await tool.close()
      try await eventually(within: 5, "the session has ended") { () -> Bool? in
        try await rig.isSignedIn(token) ? nil : true
      }
      _ = try await rig.passwords.signIn(with: Secret("from the command"), from: "a")
    }
  }

  @Test func tenWrongPasswordsLockTheirAddressForAMinute() async throws {
    try await withRig { rig, _ in
      for _ in 0..<10 {
        #expect(try await status { _ = try await rig.passwords.signIn(with: Secret("wrong"), from: "a") } == 401)
      }
      #expect(try await status { _ = try await rig.passwords.signIn(with: Self.password, from: "a") } == 429)
      _ = try await rig.passwords.signIn(with: Self.password, from: "b")
      rig.clock.pass(60)
      _ = try await rig.passwords.signIn(with: Self.password, from: "a")
    }
  }

  @Test func sixAtOnceAreCheckedAndOneMoreIsSentAway() async throws {
    try await withRig { rig, _ in
      let statuses = try await withThrowingTaskGroup { group in
        for number in 0..<40 {
          group.addTask {
            try await status { _ = try await rig.passwords.signIn(with: Secret("wrong"), from: "\(number)") }
          }
        }
        return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
      }
      // Each takes a tenth of a second: forty cannot all have found a place.
      #expect((statuses[503] ?? 0) >= 1 && (statuses[401] ?? 0) >= 6)
      #expect(statuses.keys.allSatisfy { [401, 503].contains($0) })
    }
  }

  @Test func atMost256BrowsersAreSignedIn() async throws {
    try await withRig { rig, _ in
      let first = try await rig.passwords.signIn(with: Self.password, from: "a")
      let hash = try #require(try await PasswordRepository(rig.database).get()).hash
      var last = first.token
      for _ in 0..<SessionRepository.limit {
        rig.clock.pass(1)
        last = try #require(try await rig.sessions.begin(under: hash)).token
      }
      #expect(try await !rig.isSignedIn(first.token))
      #expect(try await rig.isSignedIn(last))
      #expect(try await SessionRepository(rig.database).all().count == SessionRepository.limit)
    }
  }

  @Test func aSessionIsNotGrantedForAPasswordThatWasChangedMeanwhile() async throws {
    try await withRig { rig, _ in
      let old = try #require(try await PasswordRepository(rig.database).get()).hash
      try await FirstPassword.replace(in: rig.database, with: Secret("the new password"), now: rig.clock.now)
      #expect(try await rig.sessions.begin(under: old) == nil)
    }
  }

  @Test func theFirstStartMakesAPasswordAndTellsItOnce() async throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare("\(temporary.path)/data")
    let rig = try Rig(folder, Clock())
    var told: [String] = []
    for _ in 0..<2 {
      try await FirstPassword.ensure(in: rig.database, now: rig.clock.now) { (password) throws(StoreFailure) in
        told.append(password.exposed)
        try folder.writeFirstPassword(password)
      }
    }
    #expect(told.count == 1)
    let password = try #require(told.first)
    #expect(password.utf8.count == 19)
    #expect(try await rig.passwords.isFirst)
    let session = try await rig.passwords.signIn(with: Secret(password), from: "a")
    try await rig.passwords.change(from: Secret(password), to: Self.password, by: session.id, at: "a")
    #expect(try await !rig.passwords.isFirst)
    #expect(TemporaryFolder.bytes(of: folder.firstPassword) == nil)
    try await rig.database.close()
    withExtendedLifetime(temporary) {}
  }

  @Test func nothingOfASecretIsOnTheDisk() async throws {
    try await withRig { rig, folder in
      let token = try await rig.passwords.signIn(with: Self.password, from: "a").token
      try await rig.database.close()
      let text = String(decoding: try #require(TemporaryFolder.bytes(of: folder.database)), as: UTF8.self)
      #expect(!text.contains(Self.password.exposed) && !text.contains(token.secret.exposed))
    }
  }
}
