package import Model
package import Wire

/// A printer that was heard of, and when.
package struct DiscoveredPrinter: Hashable, Sendable {
  package var announcement: PrinterAnnouncement
  package var lastSeen: Timestamp
}

/// Who was heard of: at most 256 printers, each for 10 minutes (contract, section 8). When it is full the one that was
/// heard least recently goes.
package struct DiscoveryBook: Sendable {
  package static let capacity = 256
  package static let memory: Duration = .seconds(600)

  private struct Entry: Sendable {
    var printer: DiscoveredPrinter
    /// By a clock that nobody sets: the board's own may jump by years when it learns the time.
    var heard: ContinuousClock.Instant
  }

  private var entries: [SerialNumber: Entry] = [:]

  package init() {}

  package mutating func heard(_ announcement: PrinterAnnouncement, at now: ContinuousClock.Instant, time: Timestamp) {
    var announcement = announcement
    if let known = entries[announcement.serial] {
      announcement.fill(from: known.printer.announcement)
    } else {
      makeRoom(at: now)
    }
    entries[announcement.serial] = Entry(
      printer: DiscoveredPrinter(announcement: announcement, lastSeen: time), heard: now)
  }

  /// A printer says that it goes. Heeded from the address that the printer has here; anybody else's word is not.
  package mutating func left(_ serial: SerialNumber, source: HostName) {
    if entries[serial]?.printer.announcement.address == source { entries[serial] = nil }
  }

  /// Those that were heard within the time, by serial number.
  package func printers(at now: ContinuousClock.Instant) -> [DiscoveredPrinter] {
    entries.values.filter { now - $0.heard < Self.memory }.map(\.printer)
      .sorted { $0.announcement.serial.text < $1.announcement.serial.text }
  }

  private mutating func makeRoom(at now: ContinuousClock.Instant) {
    guard entries.count >= Self.capacity else { return }
    entries = entries.filter { now - $0.value.heard < Self.memory }
    guard entries.count >= Self.capacity, let oldest = entries.min(by: { $0.value.heard < $1.value.heard }) else {
      return
    }
    entries[oldest.key] = nil
  }
}

extension PrinterAnnouncement {
  /// Some firmware leaves headers out that it sent before.
  fileprivate mutating func fill(from older: PrinterAnnouncement) {
    modelCode = modelCode ?? older.modelCode
    name = name ?? older.name
    firmware = firmware ?? older.firmware
    connection = connection ?? older.connection
    binding = binding ?? older.binding
    signal = signal ?? older.signal
    interface = interface ?? older.interface
  }
}
