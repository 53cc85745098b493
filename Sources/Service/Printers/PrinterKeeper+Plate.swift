import Link
import Logging
import Model
import Rules
import Store

/// Whether the plate is free for the next print.
extension PrinterKeeper {
  /// Somebody says so; on the disk when this returns.
  func plateCleared(_ isCleared: Bool) async throws {
    var plate = PlateStanding(record.plate)
    plate.said(isCleared, seeing: currentReport)
    try await surroundings.printers.setPlate(id, PlateRecord(plate), now: surroundings.clock.now)
    record.plate = PlateRecord(plate)
    show(now: surroundings.clock.now)
    surroundings.feed.publish(.printerState(snapshot(report: currentReport)))
  }

  /// What a report tells of the plate: a print that has begun lies on it, whoever started it.
  func watchPlate(_ report: PrinterReport, now: Timestamp) {
    var plate = PlateStanding(record.plate)
    guard plate.saw(report) else { return }
    record.plate = PlateRecord(plate)
    let printers = surroundings.printers
    let (id, record) = (id, record.plate)
    let logger = surroundings.logger(for: self.record)
    // Owned by nobody: one write, which the database's own queue bounds.
    Task {
      do {
        try await printers.setPlate(id, record, now: now)
      } catch {
        logger.error("what is known of the plate could not be kept", metadata: ["error": "\(error)"])
      }
    }
  }
}

extension PlateStanding {
  init(_ record: PlateRecord) { self.init(isCleared: record.isCleared, isKnown: record.isKnown, job: record.job) }
}

extension PlateRecord {
  init(_ plate: PlateStanding) { self.init(isCleared: plate.isCleared, isKnown: plate.isKnown, job: plate.job) }
}
