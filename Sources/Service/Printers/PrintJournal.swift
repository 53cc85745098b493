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
  }

  private let printer: PrinterID
  private let repository: TrackedPrintRepository
  private let feed: EventFeed
  private let logger: Logger
  private let state = Mutex(State())

  init(printer: PrinterID, surroundings: PrinterSurroundings) {
    self.printer = printer
    repository = surroundings.trackedPrints
    feed = surroundings.feed
    clock = surroundings.clock
    logger = surroundings.logger
  }

  func take(_ events: [PrintEvent], tracked: TrackedPrint?, snapshot: PrinterSnapshot) {
    guard !events.isEmpty else { return }
    state.withLock { state in
      state.waiting += events.map { Entry(event: $0, tracked: tracked, snapshot: snapshot) }
      if state.waiting.count > Self.bound { state.waiting.removeAll { !$0.event.mustBeKept } }
      guard state.worker == nil else { return }
      // Lives while something waits; `finish` waits for it.
      state.worker = Task { await self.work() }
    }
  }

  /// Writes what is being followed as it stands, after everything that waits.
  func finish(with tracked: TrackedPrint?, state printerState: PrinterState) async {
    while let worker = state.withLock({ $0.worker }) { await worker.value }
    await keep(tracked, state: printerState)
  }

  private func work() async {
    while let entry = next() {
      if entry.event.mustBeKept { await keep(entry.tracked, state: entry.snapshot.state) }
      feed.publish(.print(entry.event, entry.snapshot))
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

  private func keep(_ tracked: TrackedPrint?, state printerState: PrinterState) async {
    do {
      if let tracked {
        try await repository.upsert([TrackedPrintRecord(printer, tracked, state: printerState, now: clock.now)])
      } else {
        _ = try await repository.remove(printer)
      }
    } catch {
      logger.error("what is being printed could not be written down", metadata: ["error": "\(error)"])
    }
  }
}

extension PrintEvent {
  /// What a record of the print needs.
  var mustBeKept: Bool {
    switch self {
    case .started, .observed, .identified, .paused, .resumed, .ended: true
    case .progress, .stageChanged: false
    }
  }
}
