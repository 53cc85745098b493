package import Model

/// The words of a message about an event: text with `{placeholders}`. It is checked when it is made, so that nothing can
/// fail when it is due; values are put in as they are and never read again.
package struct NotificationTemplate: Hashable, Sendable {
  package static let titleLimit = 200
  package static let messageLimit = 2000
  /// Characters of one value.
  private static let valueLimit = 300

  private enum Piece: Hashable, Sendable {
    case text(String)
    case placeholder(TemplatePlaceholder)
  }

  package let title: String
  package let message: String
  private let titlePieces: [Piece]
  private let messagePieces: [Piece]

  package init(title: String, message: String, for event: NotificationEvent) throws(InvalidValue) {
    guard (1...Self.titleLimit).contains(title.unicodeScalars.count), !title.unicodeScalars.contains(where: \.isControl)
    else { throw InvalidValue("title", "must be a line of 1 to \(Self.titleLimit) characters") }
    guard (1...Self.messageLimit).contains(message.unicodeScalars.count),
      !message.unicodeScalars.contains(where: { $0.isControl && $0 != "\n" })
    else { throw InvalidValue("message", "must be a text of 1 to \(Self.messageLimit) characters") }
    titlePieces = try Self.pieces(of: title, event, field: "title")
    messagePieces = try Self.pieces(of: message, event, field: "message")
    self.title = title
    self.message = message
  }

  private static func pieces(
    of text: String, _ event: NotificationEvent, field: String
  ) throws(InvalidValue) -> [Piece] {
    var pieces: [Piece] = []
    var rest = Substring(text)
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      if brace > rest.startIndex { pieces.append(.text(String(rest[..<brace]))) }
      guard rest[brace] == "{" else { throw InvalidValue(field, "has a } that closes nothing") }
      let inner = rest[rest.index(after: brace)...]
      guard let end = inner.firstIndex(where: { $0 == "{" || $0 == "}" }) else {
        throw InvalidValue(field, "has a { that nothing closes")
      }
      guard inner[end] == "}" else {
        throw InvalidValue(field, "has a placeholder within another; braces cannot be nested")
      }
      let name = String(inner[..<end])
      let known = TemplatePlaceholder.known(to: event)
      guard let placeholder = TemplatePlaceholder(rawValue: name), known.contains(placeholder) else {
        let names = known.map { "{\($0.rawValue)}" }.joined(separator: ", ")
        throw InvalidValue(field, "has an unknown placeholder {\(name.prefix(40))}; \(event.rawValue) knows \(names)")
      }
      pieces.append(.placeholder(placeholder))
      rest = inner[inner.index(after: end)...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    return pieces
  }

  /// What is not known is left empty.
  package func rendered(_ values: [TemplatePlaceholder: String]) -> (title: String, message: String) {
    func joined(_ pieces: [Piece]) -> String {
      let text = pieces.map { piece in
        switch piece {
        case .text(let text): text
        case .placeholder(let name): Self.plain(values[name] ?? "")
        }
      }.joined()
      return text
    }
    let title = joined(titlePieces)
    return (String(title.prefix(Self.titleLimit)), joined(messagePieces))
  }

  /// A value is one line, and no longer than people read.
  private static func plain(_ value: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in value.unicodeScalars.prefix(valueLimit) { result.append(scalar.isControl ? " " : scalar) }
    return String(result)
  }

  /// What is said until somebody says it otherwise.
  package static func standard(for event: NotificationEvent) -> NotificationTemplate {
    let (title, message) = words(event)
    // The words below fit; a test makes them all.
    if let template = try? NotificationTemplate(title: title, message: message, for: event) { return template }
    return NotificationTemplate(plain: event.rawValue)
  }

  private init(plain text: String) {
    title = text
    message = text
    titlePieces = [.text(text)]
    messagePieces = [.text(text)]
  }

  static func words(_ event: NotificationEvent) -> (title: String, message: String) {
    switch event {
    case .printStarted: ("Print started", "{printer}: {task_name} has begun.")
    case .printProgress: ("{progress} % printed", "{printer}: {task_name}, {remaining_time} left.")
    case .printComplete: ("Print finished", "{printer}: {task_name} is done after {duration}.")
    case .printFailed: ("Print {status}", "{printer}: {task_name} did not finish. {error}")
    case .printerOffline: ("Printer offline", "{printer} is no longer reached ({reason}).")
    case .printerOnline: ("Printer online", "{printer} is reached again.")
    case .printerError: ("Printer reports a fault", "{printer}: {error}")
    case .queueUpdate: ("Queue", "{item}: {status}")
    case .plateNotCleared: ("Plate not cleared", "{printer} waits for its plate to be cleared.")
    case .maintenanceDue: ("Maintenance due", "{printer}: {maintenance}")
    case .filamentLow: ("Filament low", "{printer}: {filament} has {remaining} % left.")
    case .serviceNotice: ("{item}", "{reason}")
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
