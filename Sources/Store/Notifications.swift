package import Model

/// A way to tell people or programs, as it is kept.
package struct ProviderRecord: Hashable, Sendable {
  package var id: ProviderID
  package var name: String
  package var type: ProviderType
  package var isEnabled: Bool
  /// A JSON object; it holds secrets.
  package var config: Secret
  package var events: Set<NotificationEvent>
  /// nil is all printers.
  package var printerIDs: Set<PrinterID>?
  /// Minutes of the day, 0 to 1439; both or none.
  package var quietStart: Int?
  package var quietEnd: Int?
  /// When a day's messages are told as one; nil tells each.
  package var digestMinute: Int?
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: ProviderID = ProviderID(rawValue: 0), name: String, type: ProviderType, isEnabled: Bool, config: Secret,
    events: Set<NotificationEvent>, printerIDs: Set<PrinterID>?, createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.type = type
    self.isEnabled = isEnabled
    self.config = config
    self.events = events
    self.printerIDs = printerIDs
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

/// A message for one provider that is about to be kept.
package struct OutgoingRecord: Hashable, Sendable {
  package var provider: ProviderID
  /// A `NotificationEvent`, or `digest`, or `test`.
  package var event: String
  package var level: NotificationLevel
  package var printer: PrinterID?
  /// The print whose photo goes along.
  package var archive: ArchiveID?
  package var title: String
  package var message: String
  /// S1's `data`, a JSON object.
  package var data: String
  /// Not before.
  package var due: Timestamp
  /// Waits to be told with others of its day.
  package var isHeld: Bool

  package init(
    provider: ProviderID, event: String, level: NotificationLevel, printer: PrinterID?, archive: ArchiveID?,
    title: String,
    message: String, data: String, due: Timestamp, isHeld: Bool = false
  ) {
    self.provider = provider
    self.event = event
    self.level = level
    self.printer = printer
    self.archive = archive
    self.title = title
    self.message = message
    self.data = data
    self.due = due
    self.isHeld = isHeld
  }
}

/// A message as it is kept, in the outbox or in the history.
package struct NotificationRecord: Hashable, Sendable {
  package enum State: String, CaseIterable, Sendable {
    /// In the outbox, to be sent in its turn.
    case waiting
    /// Waits for the day's digest.
    case held
    case sent
    /// Told as a part of a digest.
    case digested
    /// A dead letter: it was given up.
    case failed
  }

  package var id: NotificationID
  /// nil once the provider is gone.
  package var providerID: ProviderID?
  package var providerName: String
  package var providerType: String
  package var event: String
  package var level: NotificationLevel
  package var printerID: PrinterID?
  package var archiveID: ArchiveID?
  package var title: String
  package var message: String
  package var data: String
  package var state: State
  package var attempts: Int
  /// What went wrong last; nil when nothing did.
  package var error: String?
  package var due: Timestamp
  package var createdAt: Timestamp
  package var finishedAt: Timestamp?
}
