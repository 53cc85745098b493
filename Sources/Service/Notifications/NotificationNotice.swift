package import Model

/// What the WebSocket tells of an event that people are notified of, whatever providers there are.
package struct NotificationNotice: Hashable, Sendable {
  package var event: NotificationEvent
  /// nil where it is about no printer.
  package var printer: PrinterID?
  package var title: String
  package var message: String
  package var level: NotificationLevel

  package init(
    event: NotificationEvent, printer: PrinterID?, title: String, message: String, level: NotificationLevel
  ) {
    self.event = event
    self.printer = printer
    self.title = title
    self.message = message
    self.level = level
  }
}
