/// What a broker is to hold at each topic, retained, and what of it has still to be sent.
///
/// A value that is superseded before it went is never sent; a topic that changes often goes no oftener than its pace,
/// except where the change is urgent. It holds as many entries as there are topics, and no history. Times are seconds of
/// an even clock.
package struct TopicLedger: Sendable {
  private struct Entry: Sendable {
    /// nil takes the topic away.
    var payload: [UInt8]?
    var isDue = true
    var isUrgent = true
    var sentAt: Double?
  }

  /// Seconds between two messages of one topic that are not urgent.
  private let pace: Double
  private var entries: [String: Entry] = [:]
  /// Topics that are due, in the order in which they became so.
  private var order: [String] = []

  package init(pace: Double) { self.pace = pace }

  /// The topics that have a value.
  package var topics: [String] { entries.filter { $0.value.payload != nil }.map(\.key) }
  package var isIdle: Bool { order.isEmpty }

  package func holds(_ topic: String) -> Bool { entries[topic]?.payload != nil }

  /// From now on the topic has this value; nil takes it away.
  ///
  /// - Parameter isUrgent: it is not to wait for the topic's pace.
  package mutating func want(_ payload: [UInt8]?, at topic: String, isUrgent: Bool = true) {
    if var entry = entries[topic] {
      let isNew = entry.payload != payload
      guard isNew || entry.isDue && isUrgent && !entry.isUrgent else { return }
      let wasDue = entry.isDue
      entry.payload = payload
      entry.isUrgent = isUrgent || wasDue && entry.isUrgent
      entry.isDue = true
      entries[topic] = entry
      if !wasDue { order.append(topic) }
    } else {
      entries[topic] = Entry(payload: payload, isUrgent: isUrgent)
      order.append(topic)
    }
  }

  /// All topics are taken away.
  package mutating func clear() {
    for topic in topics.sorted() { want(nil, at: topic) }
  }

  /// The broker may have forgotten everything: all of it goes again.
  package mutating func renew() {
    let known = Set(order)
    for topic in entries.keys.sorted() where !known.contains(topic) {
      entries[topic]?.isDue = true
      order.append(topic)
    }
    for topic in order { entries[topic]?.isUrgent = true }
  }

  /// What may go now, if anything; it is not gone before `sent` says so.
  package func next(at now: Double) -> (topic: String, payload: [UInt8])? {
    for topic in order {
      guard let entry = entries[topic], dueTime(entry) <= now else { continue }
      return (topic, entry.payload ?? [])
    }
    return nil
  }

  /// What `next` gave is on its way.
  package mutating func sent(_ topic: String, at now: Double) {
    order.removeAll { $0 == topic }
    guard entries[topic]?.payload != nil else {
      entries[topic] = nil
      return
    }
    entries[topic]?.isDue = false
    entries[topic]?.isUrgent = false
    entries[topic]?.sentAt = now
  }

  /// When something may go that may not go yet; nil when nothing waits.
  package var dueAt: Double? { order.compactMap { entries[$0].map(dueTime) }.min() }

  private func dueTime(_ entry: Entry) -> Double {
    guard !entry.isUrgent, let sentAt = entry.sentAt else { return -.infinity }
    return sentAt + pace
  }
}
