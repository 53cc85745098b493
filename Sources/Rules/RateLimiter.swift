package import Model

/// The class of an operation (contract, section 4).
package enum RateClass: String, Sendable, CaseIterable, Hashable {
  case read, write, control
}

/// Whose bucket a request counts on.
package enum RateSubject: Hashable, Sendable {
  case key(KeyID)
  /// A signed-in browser.
  case session(SessionID)
  case address(String)

  var isSession: Bool {
    if case .session = self { return true }
    return false
  }
}

/// Requests a minute; 0 is no limit.
package struct RateLimits: Hashable, Sendable {
  package var read: Int
  package var write: Int
  package var control: Int

  package init(read: Int = 100, write: Int = 30, control: Int = 10) {
    self.read = read
    self.write = write
    self.control = control
  }

  package subscript(rateClass: RateClass) -> Int {
    switch rateClass {
    case .read: read
    case .write: write
    case .control: control
    }
  }
}

/// What a request was told about its limit.
package struct RateVerdict: Hashable, Sendable {
  package var isAllowed: Bool
  package var limit: Int
  package var remaining: Int
  /// The end of the minute in Unix seconds, rounded up.
  package var reset: Int64
  /// Seconds until then, at least 1: `Retry-After`.
  package var retryAfter: Int
}

/// Counts requests in fixed minutes, each beginning with its first request (contract, section 4).
///
/// At most `capacity` buckets: ended ones go first; when all are running, the one that ends first goes, which gives its
/// subject a fresh minute and never refuses anybody who has room.
package struct RateLimiter: Sendable {
  package static let window: Int64 = 60_000

  private struct Name: Hashable, Sendable {
    var rateClass: RateClass
    var subject: RateSubject
  }

  private struct Bucket: Sendable {
    var began: Timestamp
    var count: Int
  }

  package var limits: RateLimits
  private let sessionFactor: Int
  private let capacity: Int
  private var buckets: [Name: Bucket] = [:]
  /// The running buckets by their beginning, which is the order in which they end; `head` is the first.
  private var order: [Name] = []
  private var head = 0

  package init(limits: RateLimits = RateLimits(), sessionFactor: Int = 10, capacity: Int = 4096) {
    self.limits = limits
    self.sessionFactor = sessionFactor
    self.capacity = max(1, capacity)
  }

  package var count: Int { buckets.count }

  /// Counts one request; nil where there is no limit.
  package mutating func take(_ rateClass: RateClass, by subject: RateSubject, now: Timestamp) -> RateVerdict? {
    let base = limits[rateClass]
    guard base > 0 else { return nil }
    let limit = subject.isSession ? base * sessionFactor : base
    dropEnded(now: now)
    let name = Name(rateClass: rateClass, subject: subject)
    var bucket = buckets[name] ?? begin(name, now: now)
    let isAllowed = bucket.count < limit
    // Refused requests do not count, or the figure would grow without bound.
    if isAllowed { bucket.count += 1 }
    buckets[name] = bucket
    let end = bucket.began.milliseconds + Self.window
    return RateVerdict(
      isAllowed: isAllowed, limit: limit, remaining: max(0, limit - bucket.count), reset: (end + 999) / 1000,
      retryAfter: Int(max(1, (end - now.milliseconds + 999) / 1000)))
  }

  private mutating func begin(_ name: Name, now: Timestamp) -> Bucket {
    if buckets.count >= capacity { dropFirst() }
    order.append(name)
    return Bucket(began: now, count: 0)
  }

  private mutating func dropEnded(now: Timestamp) {
    // After the clock was set back, what was counted says nothing any more.
    if let newest = order.last, let bucket = buckets[newest], bucket.began > now {
      buckets = [:]
      order = []
      head = 0
    }
    while head < order.count, let bucket = buckets[order[head]],
      now.milliseconds - bucket.began.milliseconds >= Self.window
    {
      dropFirst()
    }
  }

  private mutating func dropFirst() {
    buckets[order[head]] = nil
    head += 1
    if head * 2 > order.count {
      order.removeFirst(head)
      head = 0
    }
  }
}
