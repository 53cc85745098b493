import Logging
package import Model
import Rules
import Store

extension PlugDesk {
  /// How the plug stands, asked just now; one that does not answer is a value, not an error.
  package func status(_ id: PlugID) async throws -> PlugStanding {
    guard let entry = entries[id] else { throw Self.missing(id) }
    entries[id]?.askedAt = steady()
    let isRecent = entry.triedAt.map { steady() < $0 + 2 } ?? false
    if entry.plug.isEnabled, !isRecent || entry.driver.isAtHand { await ask(id) }
    beat()
    return try standing(id)
  }

  /// All plugs as they are known; those of the network are asked soon.
  package func all() async -> [PlugStanding] {
    let now = steady()
    var isDue = false
    for (id, entry) in entries {
      entries[id]?.askedAt = now
      if entry.driver.isAtHand { await ask(id) } else { isDue = true }
    }
    if isDue { beat() }
    return entries.keys.sorted().compactMap { entries[$0]?.standing(at: now) }
  }

  /// All plugs as they are known, asking nobody.
  func known() -> [PlugStanding] {
    let now = steady()
    return entries.keys.sorted().compactMap { entries[$0]?.standing(at: now) }
  }

  package func get(_ id: PlugID) async throws -> PlugStanding {
    if let entry = entries[id], entry.driver.isAtHand { await ask(id) }
    return try standing(id)
  }

  func standing(_ id: PlugID) throws -> PlugStanding {
    guard let entry = entries[id] else { throw Self.missing(id) }
    return entry.standing(at: steady())
  }

  func ask(_ id: PlugID) async {
    guard entries[id]?.isAsking == false else { return }
    do { _ = try await read(id) } catch {}
  }

  func read(_ id: PlugID) async throws -> PlugReading {
    guard let entry = entries[id] else { throw Self.missing(id) }
    entries[id]?.isAsking = true
    defer { entries[id]?.isAsking = false }
    do {
      let reading = try await entry.driver.status()
      note(reading, of: id)
      tell(id)
      return reading
    } catch {
      note(failure: error, of: id)
      throw error
    }
  }

  func note(_ reading: PlugReading, of id: PlugID) {
    guard var entry = entries[id] else { return }
    let now = steady()
    if entry.isReachable == false {
      logger.notice("A smart plug answers again.", metadata: ["plug": "\(id)"])
    }
    entry.count(reading, at: now)
    entry.reading = reading
    entry.readAt = now
    entry.triedAt = now
    entry.isReachable = true
    entry.failures = 0
    entry.problem = contradiction(reading, of: entry)
    let isNew = entry.record.lastState != reading.state && reading.state != .unknown
    if isNew {
      entry.record.lastState = reading.state
      entry.record.lastStateAt = clock.now
    }
    // Switched off at itself, there is nothing left to switch off.
    if reading.state == .off, entry.timer.since != nil {
      entry.timer.cancel()
      entry.record.workEndedAt = nil
      entry.plan = nil
    }
    entries[id] = entry
    if reading.power != nil, reading.energyTotal == nil { keepCountSoon(of: id) }
    guard isNew, let time = entry.record.lastStateAt else { return }
    // Owned by nobody: two small writes, which the database's own queue bounds.
    Task { [repository, logger] in
      do {
        try await repository.setState(id, reading.state, at: time)
        if reading.state == .off { try await repository.setWorkEnded(id, at: nil) }
      } catch {
        logger.error("how a plug stands could not be kept", metadata: ["plug": "\(id)", "error": "\(error)"])
      }
    }
  }

  /// A plug that says it is off while the printer behind it speaks is not to be believed.
  private func contradiction(_ reading: PlugReading, of entry: PlugEntry) -> String? {
    guard reading.state == .off, let printer = entry.plug.fedPrinter, let snapshot = fleet.view[printer],
      snapshot.isConnected, let heard = snapshot.lastUpdate, let switched = entry.record.lastStateAt,
      entry.record.lastState == .off, heard.seconds(since: switched) > 60
    else { return nil }
    return "says that it is off, and yet the printer that it feeds answers"
  }

  func note(failure: any Error, of id: PlugID) {
    guard var entry = entries[id] else { return }
    // Refused for a short while by itself: it is there.
    if let fault = failure as? Fault, fault.code != .plugOffline, fault.code != .boardError { return }
    if entry.isReachable != false {
      logger.notice("A smart plug does not answer.", metadata: ["plug": "\(id)", "error": "\(failure)"])
    }
    entry.isReachable = false
    entry.problem = (failure as? Fault)?.message ?? "does not answer"
    entry.failures += 1
    entry.triedAt = steady()
    entries[id] = entry
    tell(id)
  }
}
