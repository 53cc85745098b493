import Glibc
import Model
import TestKit
import Testing

/// SIGKILL at random points of uploads, dispatches, prints' ends, deletes, reorders and exports: nothing that was
/// acknowledged is lost, no file is an orphan, no item starts twice, and the database is sound.
///
/// LAYERBERRY_ROUNDS says how often; 20 times by default. LAYERBERRY_SEED repeats a run's choices; moments stay the
/// machine's own.
struct ArchiveKillTests {
  private static let rounds = number("LAYERBERRY_ROUNDS") ?? 20

  private static func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }

  @Test("Kills at random points lose no record, leave no orphan and start nothing twice")
  func killLosesNothing() async throws {
    let seed = Self.number("LAYERBERRY_SEED") ?? Int.random(in: 1...999_999)
    let trial = try await ArchiveTrial.begin(seed: UInt64(seed))
    do {
      for round in 1...Self.rounds {
        do { try await trial.play() } catch { throw TestKitError("seed \(seed), round \(round): \(error)") }
      }
      try await trial.settle()
    } catch {
      await trial.clearAway()
      throw error
    }
    await trial.clearAway()
    let complaints = trial.ledger.complaints
    #expect(complaints.isEmpty, "seed \(seed): \(complaints.count), \(complaints.prefix(5).joined(separator: "; "))")
    print("Archive, seed \(seed): \(Self.rounds) kills; \(trial.figures)")
  }
}
