/// What people and programs are told of: S1's events, and those that the contract adds (section 5).
package enum NotificationEvent: String, CaseIterable, Hashable, Sendable {
  case printStarted = "print_started"
  case printProgress = "print_progress"
  case printComplete = "print_complete"
  case printFailed = "print_failed"
  case printerOffline = "printer_offline"
  case printerOnline = "printer_online"
  case printerError = "printer_error"
  case queueUpdate = "queue_update"
  case plateNotCleared = "plate_not_cleared"
  case maintenanceDue = "maintenance_due"
  case filamentLow = "filament_low"
  /// Something that nobody asked for and people should know, such as files that went for room.
  case serviceNotice = "service_notice"
}

/// How loud it is said.
package enum NotificationLevel: String, CaseIterable, Hashable, Sendable { case info, success, warning, error }

/// The ways to be told (S0, and the contract's list).
package enum ProviderType: String, CaseIterable, Hashable, Sendable {
  case webhook, ntfy, pushover, telegram, discord, email
  case homeAssistant = "home_assistant"
  case bark, gotify
}

/// The row of a notification provider.
package struct ProviderID: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
  package let rawValue: Int64

  package init(rawValue: Int64) { self.rawValue = rawValue }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  package var description: String { String(rawValue) }
}

/// The row of a message in the outbox, and later in the history.
package struct NotificationID: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
  package let rawValue: Int64

  package init(rawValue: Int64) { self.rawValue = rawValue }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  package var description: String { String(rawValue) }
}
