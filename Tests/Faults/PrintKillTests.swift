import Glibc
import Model
import Simulator
import TestKit
import Testing

/// The record of prints survives whatever happens to the link and to the service (protocol sheet, section 7).
///
/// LAYERBERRY_ROUNDS says how often; three times by default. Each round prints on two printers. LAYERBERRY_SEED repeats
/// a run's choices; moments stay the machine's own. LAYERBERRY_ORDEAL plays one ordeal only, by its name.
struct PrintKillTests {
  private static let rounds = number("LAYERBERRY_ROUNDS") ?? 3

  private static func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }

  private static let ordeals =
    getenv("LAYERBERRY_ORDEAL").flatMap { Ordeal(rawValue: String(cString: $0)) }.map { [$0] } ?? Ordeal.allCases

  @Test("Prints through dropped links, broker restarts and kills have one record each, with one end")
  func killNeitherLosesNorDoublesAPrint() async throws {
    let seed = Self.number("LAYERBERRY_SEED") ?? Int.random(in: 1...999_999)
    let trial = try await PrintTrial.begin(seed: UInt64(seed))
    do {
      for round in 1...Self.rounds {
        do {
          try await trial.play(
            round == 1 ? .undisturbed : Self.ordeals.randomElement(using: &trial.chance) ?? .undisturbed)
        } catch {
          throw TestKitError("seed \(seed), round \(round): \(error)")
        }
      }
      try await trial.settle()
    } catch {
      await trial.clearAway()
      throw error
    }
    await trial.clearAway()
    let verdict = PrintVerdict(prints: trial.prints, records: try trial.records(), told: trial.told.all)
    #expect(verdict.complaints.isEmpty, "seed \(seed): \(verdict.complaints.joined(separator: "; "))")
    print("Prints, seed \(seed): \(verdict.figures); \(trial.figures)")
  }
}

/// What happens to the link or the service while two printers print.
enum Ordeal: String, CaseIterable {
  case undisturbed
  /// Seen from the start, out of sight for a while, seen at the end.
  case seenAtBothEnds
  /// Seen at the start, ended out of sight.
  case endsUnseen
  case beginsUnseen
  /// Begins and ends out of sight: the only one of which nothing may be known.
  case unseen
  /// Out of sight after any report, back after any report.
  case anywhere
  case anywhereTwice
}

/// A print that the simulator ran to its end.
struct RanPrint: Sendable {
  let id: String
  let printer: Int
  let name: String
  let ordeal: Ordeal
  let ending: Ending
  /// The service has said that it follows it, so a record must be there.
  var wasShown = false

  enum Ending: String, CaseIterable, Sendable { case success, failed, stopped }
}
