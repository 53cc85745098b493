package import Model

/// The requests that S2 expects the cloud to take ("Rate limiting"), kept to on our side: each rule looks back over its own
/// time, so that no two windows side by side let twice as much through.
package struct CloudBudget: Sendable {
  package enum Subject: Hashable, Sendable {
    /// Everything with a token: 1000 an hour.
    case account
    /// How one printer stands: 10 a minute.
    case device(String)
    /// 10 an hour.
    case upload
    /// Messages over MQTT: 100 a minute.
    case message

    var rule: (count: Int, seconds: Int64) {
      switch self {
      case .account: (1000, 3600)
      case .device: (10, 60)
      case .upload: (10, 3600)
      case .message: (100, 60)
      }
    }
  }

  /// Printers that are counted one by one; when there are more, the one that was asked for longest ago is forgotten.
  package static let devices = 256

  private var taken: [Subject: [Timestamp]] = [:]
  private var blockedUntil: Timestamp?

  package init() {}

  /// Counts one request on all of these, or on none.
  /// - Returns: nil when it may go, else the seconds until it may.
  package mutating func take(_ subjects: [Subject], now: Timestamp) -> Int? {
    if let rest = block(at: now) { return rest }
    blockedUntil = nil
    var wait: Double = 0
    for subject in subjects {
      let (count, seconds) = subject.rule
      // What lies ahead was counted before the clock was set back.
      let recent = (taken[subject] ?? []).filter { $0 <= now && now.seconds(since: $0) < Double(seconds) }
      taken[subject] = recent.isEmpty ? nil : recent
      guard recent.count >= count else { continue }
      wait = max(wait, Double(seconds) - now.seconds(since: recent[recent.count - count]))
    }
    guard wait <= 0 else { return Self.whole(wait) }
    for subject in subjects { note(subject, now) }
    return nil
  }

  /// Nothing goes out for so many seconds: the cloud said so.
  package mutating func block(seconds: Int, now: Timestamp) {
    blockedUntil = now.adding(seconds: min(Double(seconds), Self.longestBlock))
  }

  /// Seconds for which the cloud still wants nothing; nil when it said no such thing.
  package func block(at now: Timestamp) -> Int? {
    // A clock that was set back does not lengthen it.
    guard let rest = blockedUntil?.seconds(since: now), rest > 0, rest <= Self.longestBlock else { return nil }
    return Self.whole(rest)
  }

  private static let longestBlock = 3600.0

  private static func whole(_ seconds: Double) -> Int { max(1, Int(seconds.rounded(.up))) }

  private mutating func note(_ subject: Subject, _ now: Timestamp) {
    if case .device = subject, taken[subject] == nil { makeRoom() }
    taken[subject, default: []].append(now)
  }

  private mutating func makeRoom() {
    let known = taken.filter { if case .device = $0.key { true } else { false } }
    guard known.count >= Self.devices,
      let oldest = known.min(by: { ($0.value.last?.milliseconds ?? 0) < ($1.value.last?.milliseconds ?? 0) })
    else { return }
    taken[oldest.key] = nil
  }
}
