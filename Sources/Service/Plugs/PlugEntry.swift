import Model
import Rules
import Store

/// What the desk knows of one plug.
struct PlugEntry {
  var record: SmartPlugRecord
  let driver: any PlugDriver
  var reading: PlugReading?
  /// kWh that its power adds up to, for one that has no meter of its own.
  private(set) var counted: Double
  /// When that was written down last, on the steady clock.
  var countedAt: Double?
  /// When it was read last, and when it was tried last, on the steady clock.
  var readAt: Double?
  var triedAt: Double?
  /// nil before the first attempt.
  var isReachable: Bool?
  /// Why it does not answer, or how it contradicts itself.
  var problem: String?
  /// Failures in a row.
  var failures = 0
  /// When somebody last wanted to know.
  var askedAt: Double?
  var isSwitching = false
  var isAsking = false
  var timer: AutoOff
  /// What `timer` waits for.
  var plan: String?
  /// When `timer` is looked at again though nothing is heard.
  var judgedAgainAt: Double?
  /// The last that was told to everybody.
  var told: PlugStanding?

  /// Seconds after which what a plug said is not how it stands.
  static let staleAfter = 900.0
  /// Seconds for which somebody who asked counts as looking.
  static let interest = 120.0
  /// Seconds that what it adds up to may be behind on the disk (contract, section 8).
  static let tolerance = 600.0
  /// Seconds between questions: while somebody looks or its printer works, and else.
  static let often = 30.0
  static let seldom = 300.0

  init(_ record: SmartPlugRecord, driver: any PlugDriver, timer: AutoOff) {
    self.record = record
    counted = record.counted
    self.driver = driver
    self.timer = timer
  }

  var plug: SmartPlug { record.plug }

  /// kWh since some time; nil where it measures nothing.
  var meter: Double? { reading?.energyTotal ?? (reading?.power == nil ? nil : counted) }

  /// Adds up what went through it between two readings that are near enough to each other.
  mutating func count(_ next: PlugReading, at now: Double) {
    guard let before = reading?.power, let power = next.power, let readAt, now - readAt < 4 * Self.often else { return }
    counted += (before + power) / 2 * (now - readAt) / 3_600_000
  }

  func standing(at now: Double) -> PlugStanding {
    let isFresh = readAt.map { now < $0 + Self.staleAfter } ?? false
    let isKnown = isReachable == true && isFresh
    return PlugStanding(
      record: record, state: isKnown ? reading?.state ?? .unknown : .unknown, isReachable: isReachable,
      reading: isKnown ? reading : nil, reason: reason)
  }

  private var reason: String? {
    if !plug.isEnabled { return "disabled" }
    return problem ?? plan
  }

  /// When it is to be asked next; nil for one that tells by itself or that nobody may ask.
  func nextQuestion(isWorking: Bool, at now: Double) -> Double? {
    guard plug.isEnabled, !driver.isAtHand else { return nil }
    guard let triedAt else { return now }
    let isWanted = askedAt.map { now < $0 + Self.interest } ?? false
    // A plug that measures is followed through a print; another one's state matters less.
    let isFollowed = isWanted || isWorking && reading?.measures ?? true
    let pause = isFollowed ? Self.often : Self.seldom
    // After failures less and less often, and never more seldom than a plug that nobody asks for.
    let patience = failures == 0 ? pause : min(Self.seldom, pause * Double(1 << min(failures, 5)))
    return triedAt + patience
  }
}
