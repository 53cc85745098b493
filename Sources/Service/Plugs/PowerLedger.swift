import Logging
import Model
import Rules
import Store
import Synchronization

/// What every printer's power depends on, kept up to date with each report and remembered over a restart.
final class PowerLedger: Sendable {
  /// What a report has changed.
  enum Change: Hashable, Sendable {
    /// A print, a calibration or a drying.
    case workBegan, workEnded
    /// Only temperatures, or whether it is heard.
    case other
  }

  private struct Page {
    var watch: PowerWatch
    var last: PowerReading?
    var written: PowerWatch.Memory?
  }

  /// Seconds that what is on the disk may be behind.
  private static let tolerance = 600.0

  private let pages = Mutex<[PrinterID: Page]>([:])
  private let view: FleetView
  private let repository: PowerMemoryRepository
  private let clock: any WallClock
  private let steady: SteadyClock
  private let logger: Logger

  init(
    view: FleetView, repository: PowerMemoryRepository, clock: any WallClock, steady: @escaping SteadyClock,
    logger: Logger
  ) {
    self.view = view
    self.repository = repository
    self.clock = clock
    self.steady = steady
    self.logger = logger
  }

  func load() async throws {
    let now = steady()
    let records = try await repository.all()
    pages.withLock { pages in
      for record in records {
        let memory = PowerWatch.Memory(
          hazards: Set(record.hazards.compactMap(PowerHazard.init(rawValue:))), hottestNozzle: record.hottestNozzle,
          remaining: record.remaining, heardAt: now - age(of: record.heardAt))
        pages[record.printerID] = Page(watch: PowerWatch(remembering: memory, at: now), written: memory)
      }
    }
  }

  /// Seconds since then. A clock that was or is not set says nothing, and nothing is the careful answer.
  func age(of time: Timestamp) -> Double {
    let now = clock.now
    guard clock.wasSet(at: time), clock.wasSet(at: now) else { return 0 }
    return max(0, now.seconds(since: time))
  }

  /// Takes a printer as it stands now; nil when nothing of it matters here.
  func observe(_ snapshot: PrinterSnapshot) -> Change? {
    let reading = PowerReading(snapshot)
    let id = snapshot.identity.id
    let now = steady()
    let (change, due) = pages.withLock { pages -> (Change?, PowerWatch.Memory?) in
      var page = pages[id] ?? Page(watch: PowerWatch(at: now))
      defer { pages[id] = page }
      let before = page.watch.memory?.hazards ?? []
      let isNew = page.last != reading
      page.last = reading
      page.watch.observe(reading, at: now)
      guard isNew else { return (nil, nil) }
      var change = Change.other
      if reading.contact == .live, before.isEmpty != reading.hazards.isEmpty {
        change = before.isEmpty ? .workBegan : .workEnded
      }
      guard let memory = page.watch.memory, Self.isDue(memory, written: page.written) else { return (change, nil) }
      page.written = memory
      return (change, memory)
    }
    if let due { write(due, of: id, now: now) }
    return change
  }

  func forget(_ id: PrinterID) { pages.withLock { _ = $0.removeValue(forKey: id) } }

  /// With the newest that is known.
  func watch(of id: PrinterID) -> PowerWatch {
    if let snapshot = view[id] { _ = observe(snapshot) }
    return pages.withLock { $0[id]?.watch } ?? PowerWatch(at: steady())
  }

  /// Whether the printer works just now, as far as anybody knows.
  func isWorking(_ id: PrinterID) -> Bool {
    pages.withLock { pages in
      guard let page = pages[id], page.last?.contact == .live else { return false }
      return page.watch.memory?.hazards.isEmpty == false
    }
  }

  private static func isDue(_ memory: PowerWatch.Memory, written: PowerWatch.Memory?) -> Bool {
    let isHot = (memory.hottestNozzle ?? 0) > 40
    guard let written else { return isHot || !memory.hazards.isEmpty }
    guard written.hazards == memory.hazards else { return true }
    guard isHot == ((written.hottestNozzle ?? 0) > 40) else { return true }
    guard isHot || !memory.hazards.isEmpty else { return false }
    guard let end = memory.remaining, let writtenEnd = written.remaining else {
      return memory.remaining != written.remaining
    }
    return abs(memory.heardAt + end - written.heardAt - writtenEnd) > tolerance
  }

  private func write(_ memory: PowerWatch.Memory, of id: PrinterID, now: Double) {
    let record = PowerMemoryRecord(
      printerID: id, hazards: PowerHazard.allCases.filter(memory.hazards.contains).map(\.rawValue),
      hottestNozzle: memory.hottestNozzle, remaining: memory.remaining,
      heardAt: clock.now.adding(seconds: memory.heardAt - now))
    // Owned by nobody: one write, which the database's own queue bounds.
    Task { [repository, logger] in
      do {
        try await repository.keep(record)
      } catch {
        logger.error("what a printer's power depends on could not be kept", metadata: ["error": "\(error)"])
      }
    }
  }
}

extension PowerReading {
  init(_ snapshot: PrinterSnapshot) {
    self.init(
      state: snapshot.state, problem: snapshot.problem, isEnabled: snapshot.identity.isEnabled,
      report: snapshot.report, print: snapshot.print)
  }
}
