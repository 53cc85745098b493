/// A stretch of time in which a zone has one offset, so that its days can be counted.
package struct DaySegment: Hashable, Sendable {
  package var from: Timestamp
  /// Not included.
  package var until: Timestamp
  /// East of UTC.
  package var offsetSeconds: Int

  package init(from: Timestamp, until: Timestamp, offsetSeconds: Int) {
    self.from = from
    self.until = until
    self.offsetSeconds = offsetSeconds
  }
}

/// How far a time zone is from UTC, and since when.
package struct ZoneOffsets: Hashable, Sendable {
  package struct Change: Hashable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package var at: Int64
    /// Seconds east of UTC from then on.
    package var offset: Int

    package init(at: Int64, offset: Int) {
      self.at = at
      self.offset = offset
    }
  }

  /// Before the first change.
  private let first: Int
  /// In order of time.
  private let changes: [Change]

  /// - Parameter changes: in order of time.
  package init(first: Int, changes: [Change]) {
    self.first = first
    self.changes = changes
  }

  package static let utc = ZoneOffsets(first: 0, changes: [])

  /// Seconds east of UTC at this second.
  package func offset(at second: Int64) -> Int {
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].at <= second { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? first : changes[low - 1].offset
  }

  /// When a day begins there. Where its midnight is left out, with the first second of it; where it comes twice, with the
  /// earlier one.
  ///
  /// - Parameter day: counted from 1970-01-01.
  package func start(ofDay day: Int64) -> Timestamp {
    let local = day * 86_400
    let before = offset(at: local - 86_400)
    let after = offset(at: local + 86_400)
    if offset(at: local - Int64(before)) == before { return Timestamp(seconds: local - Int64(before)) }
    if offset(at: local - Int64(after)) == after { return Timestamp(seconds: local - Int64(after)) }
    let change = changes.last { $0.at <= local - Int64(min(before, after)) }
    return Timestamp(seconds: change?.at ?? local - Int64(after))
  }

  /// The stretches with one offset that cover the time between.
  package func segments(from: Timestamp, until: Timestamp) -> [DaySegment] {
    var segments: [DaySegment] = []
    var start = from
    for change in changes where change.at * 1000 > from.milliseconds && change.at * 1000 < until.milliseconds {
      let end = Timestamp(seconds: change.at)
      segments.append(DaySegment(from: start, until: end, offsetSeconds: offset(at: change.at - 1)))
      start = end
    }
    let last = offset(at: Timestamp(milliseconds: until.milliseconds - 1).milliseconds / 1000)
    if start < until { segments.append(DaySegment(from: start, until: until, offsetSeconds: last)) }
    return segments
  }
}
