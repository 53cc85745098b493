import Glibc
import Logging
import Model
import Store
import Synchronization
import TestKit
import Testing

@testable import Service

/// Backups by a plan (the settings `backup.every_days` and `backup.keep`), with a real database and a clock that a test moves.
@Suite("Planned backups", .timeLimit(.minutes(1)))
struct BackupPlanTests {
  private final class Clock: WallClock {
    /// In the past of the software: nobody has set it.
    private let time = Mutex(Timestamp(seconds: 1_700_000_000))
    var now: Timestamp { time.withLock { $0 } }
    func set() { time.withLock { $0 = Timestamp(seconds: 1_790_000_000) } }
    func pass(days: Double) { time.withLock { $0 = $0.adding(seconds: days * 86_400) } }
  }

  private final class Plan: Sendable {
    private let kept = Mutex((days: 0, kept: 2))
    var value: (days: Int, kept: Int) {
      get { kept.withLock { $0 } }
      set { kept.withLock { $0 = newValue } }
    }
  }

  @Test("One is made when it is due and at no other time, is whole, and the oldest make room")
  func planned() async throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare("\(temporary.path)/data")
    let clock = Clock()
    let plan = Plan()
    let database = try Database.open(folder, role: .tool, now: clock.now)
    let desk = BackupDesk(
      maker: BackupMaker(
        folder: folder, vault: FileVault(database), version: "1.2.3", secretSettings: SettingName.secrets),
      shelf: BackupShelf(folder), clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { plan.value }
    func look(_ what: String, expecting numbers: [Int64]) async throws {
      await desk.look()
      let all = try await eventually(within: 20, "\(what): nothing is being made") { () -> [BackupEntry]? in
        let all = await desk.all
        return all.contains { $0.state == .running } ? nil : all
      }
      #expect(all.map(\.number) == numbers && all.allSatisfy { $0.state == .done && !$0.isSealed }, "\(what)")
    }
    try await look("0 days are never", expecting: [])
    plan.value.days = 3
    try await look("nobody knows the time", expecting: [])
    clock.set()
    let first = clock.now.milliseconds
    try await look("the first", expecting: [first])
    clock.pass(days: 2.9)
    try await look("too early", expecting: [first])
    clock.pass(days: 0.2)
    let second = clock.now.milliseconds
    try await look("three days later", expecting: [second, first])
    clock.pass(days: 3)
    let third = clock.now.milliseconds
    try await look("two are kept", expecting: [third, second])
    for number in [third, second] {
      let manifest = try await RestoreStage.manifest(of: try await desk.kept(number).path, passphrase: nil)
      #expect(manifest.madeAt.milliseconds == number && !manifest.holdsSecrets)
    }

    // What goes wrong is told, nothing lies about, and the next look tries again.
    let backups = folder.backups
    #expect(rename(backups, "\(backups).away") == 0)
    clock.pass(days: 3)
    await desk.look()
    let failed = try await eventually(within: 20, "it fails") { await desk.all.first { $0.state == .failed } }
    #expect(failed.error?.isEmpty == false && failed.error?.contains("/") == false, "\(failed.error ?? "")")
    #expect(rename("\(backups).away", backups) == 0)
    let fourth = clock.now.milliseconds
    clock.pass(days: 0.1)
    try await look("the next look", expecting: [max(fourth, clock.now.milliseconds), third])
    await desk.stop()
    try await database.close()
    withExtendedLifetime(temporary) {}
  }
}
