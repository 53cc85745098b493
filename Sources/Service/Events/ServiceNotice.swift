package import Model

/// Something that people are told of because nobody asked for it, such as files that went for room.
package struct ServiceNotice: Hashable, Sendable {
  package enum Level: String, Sendable { case info, warning, error }

  /// Names the kind, for those who sort by it.
  package var event: String
  package var title: String
  /// One sentence: what happened and what to do.
  package var message: String
  package var level: Level
  /// The printer that it is about, if it is about one.
  package var printer: PrinterID?

  package init(event: String, title: String, message: String, level: Level, printer: PrinterID? = nil) {
    self.event = event
    self.title = title
    self.message = message
    self.level = level
    self.printer = printer
  }
}
