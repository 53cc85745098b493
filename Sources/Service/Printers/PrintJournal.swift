import Logging
import Model
import Rules
import Store
import Synchronization

/// Writes down what becomes of a printer's prints before anybody is told, in order.
///
/// What must not be lost (a beginning, an end, a pause) waits for the disk; progress is told in its turn and gives way
/// when the disk does not keep up. So a power cut leaves the record behind the event by nothing.
final class PrintJournal: Sendable {
  /// So many entries wait for the disk; then progress among them is left out.
  private static let bound = 64

  private struct Entry: Sendable {
    var event: PrintEvent
    var tracked: TrackedPrint?
    var snapshot: PrinterSnapshot
  }

  private let clock: any WallClock

  private struct State {
    var waiting: [Entry] = []
    var worker: Task<Void, Never>?
    /// The record of the print that is being followed, once it is known.
    var archive: ArchiveID?
  }

  private let printer: PrinterID
  private let repository: PrintRepository
  private let feed: EventFeed
  private let logger: Logger
  private let state = Mutex(State())

  init(printer: PrinterID, surroundings: PrinterSurroundings) {
    self.printer = printer
    repository = surroundings.prints
    feed = surroundings.feed
    clock = surroundings.clock
    logger = surroundings.logger
  }

  func take(_ events: [PrintEvent], tracked: TrackedPrint?, snapshot: PrinterSnapshot) {
    guard !events.isEmpty else { return }
    // What came before an end in the same report is of the print that ended, and its end tells all of it.
    let end = events.lastIndex { if case .ended = $0 { true } else { false } } ?? events.startIndex
    state.withLock { state in
      state.waiting += events.enumerated().map { index, event in
        Entry(event: event, tracked: index < end ? nil : tracked, snapshot: snapshot)
      }
      if state.waiting.count > Self.bound { state.waiting.removeAll { !$0.event.mustBeKept } }
      guard state.worker == nil else { return }
      // Lives while something waits; `finish` waits for it.
      state.worker = Task { await self.work() }
    }
  }

  /// Writes what is being followed as it stands, after everything that waits.
  func finish(with tracked: TrackedPrint?, state printerState: PrinterState) async {
    while let worker = state.withLock({ $0.worker }) { await worker.value }
    await written {
      if let tracked {
        try await repository.follow(record(tracked, printerState))
      } else {
        try await repository.abandon(printer, now: clock.now)
      }
    }
  }

  private func work() async {
    while let entry = next() {
      await written { try await keep(entry) }
      let archive = entry.event.isOfSystemJob(entry.snapshot) ? nil : state.withLock { $0.archive }
      feed.publish(.print(entry.event, entry.snapshot, archive))
    }
  }

  private func next() -> Entry? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.worker = nil
        return nil
      }
      return state.waiting.removeFirst()
    }
  }

  private func keep(_ entry: Entry) async throws {
    switch entry.event {
    case .started, .observed:
      // Nothing but this print is meant from here on, also where the disk takes nothing of it.
      state.withLock { $0.archive = nil }
      if let tracked = entry.tracked {
        var isOwed = false
        if case .started = entry.event { isOwed = !tracked.isSystemJob }
        know(try await repository.begin(record(tracked, entry.snapshot.state), isOwed: isOwed))
      }
    case .identified, .paused, .resumed:
      if let tracked = entry.tracked { know(try await repository.follow(record(tracked, entry.snapshot.state))) }
    case .ended(let end):
      know(
        try await repository.end(
          record(end.print, entry.snapshot.state), PrintEnding(end), isOwed: !end.print.isSystemJob))
    case .progress, .stageChanged:
      // After a restart in the middle of a print nothing has been written yet.
      if state.withLock({ $0.archive == nil }) { know(try await repository.followedPrint(of: printer)) }
    }
  }

  private func know(_ archive: ArchiveID?) { state.withLock { $0.archive = archive } }

  private func record(_ print: TrackedPrint, _ state: PrinterState) -> TrackedPrintRecord {
    TrackedPrintRecord(printer, print, state: state, now: clock.now)
  }

  /// A disk that does not take it does not end the telling: what is missing is made up for at the next step.
  private func written(_ write: () async throws -> Void) async {
    do {
      try await write()
    } catch {
      logger.error("what is being printed could not be written down", metadata: ["error": "\(error)"])
    }
  }
}

extension PrintEvent {
  /// A calibration or the like, which is followed and is no print.
  fileprivate func isOfSystemJob(_ snapshot: PrinterSnapshot) -> Bool {
    switch self {
    case .started(let print), .observed(let print), .identified(let print): print.isSystemJob
    case .ended(let end): end.print.isSystemJob
    case .progress, .stageChanged, .paused, .resumed: snapshot.print?.isSystemJob ?? false
    }
  }

  /// What a record of the print needs.
  var mustBeKept: Bool {
    switch self {
    case .started, .observed, .identified, .paused, .resumed, .ended: true
    case .progress, .stageChanged: false
    }
  }
}
