package import Model

/// One message for `device/<serial>/request`, and what its answer will be known by.
package struct CommandPayload: Hashable, Sendable {
  /// The top-level key: `print`, `system`, `xcam`, `camera`.
  package var section: String
  package var command: String
  package var sequenceID: String
  package var bytes: [UInt8]

  init(_ body: CommandBody, sequence: Int) {
    section = body.section.description
    command = body.command.description
    sequenceID = String(sequence)
    var writer = JSONWriter(reserving: 192)
    writer.beginObject()
    writer.key(body.section)
    writer.beginObject()
    writer.key("sequence_id")
    writer.write(sequenceID)
    writer.key("command")
    writer.write(command)
    for (name, value) in body.fields {
      writer.key(name)
      writer.write(value)
    }
    writer.endObject()
    writer.endObject()
    bytes = writer.bytes
  }
}

/// A command's own fields in the order of the protocol sheet.
struct CommandBody: Sendable {
  var section: StaticString
  var command: StaticString
  var fields: [(name: StaticString, value: JSONValue)]

  init(_ section: StaticString, _ command: StaticString, _ fields: [(name: StaticString, value: JSONValue)] = []) {
    self.section = section
    self.command = command
    self.fields = fields
  }

  /// Lines of G-code, each ended (protocol sheet, section 3.8).
  static func gcode(_ lines: [String]) -> CommandBody {
    CommandBody("print", "gcode_line", [("param", .string(lines.joined(separator: "\n") + "\n"))])
  }
}

/// One message of a command before it has its number.
package struct CommandMessage: Sendable {
  let body: CommandBody

  /// The printer answers it. The word that takes a window off its screen goes unanswered.
  package var isAnswered: Bool { body.section.description != "system" || body.command.description != "uiop" }

  package func payload(sequence: Int) -> CommandPayload { CommandPayload(body, sequence: sequence) }
}

extension PrinterCommand {
  /// The messages that carry the command out, in their order.
  ///
  /// - Throws: `InvalidValue` for what the model does not have or cannot take.
  package func messages(for target: CommandTarget) throws(InvalidValue) -> [CommandMessage] {
    try bodies(for: target).map(CommandMessage.init)
  }

  /// The messages that carry the command out, in their order; each takes a number, beginning with `sequence`.
  ///
  /// - Throws: `InvalidValue` for what the model does not have or cannot take.
  package func payloads(for target: CommandTarget, sequence: Int) throws(InvalidValue) -> [CommandPayload] {
    let bodies = try bodies(for: target)
    return bodies.enumerated().map { CommandPayload($1, sequence: sequence + $0) }
  }

  private func bodies(for target: CommandTarget) throws(InvalidValue) -> [CommandBody] {
    if let bodies = try jobBodies(for: target) { return bodies }
    if let bodies = try machineBodies(for: target) { return bodies }
    if let bodies = try filamentBodies(for: target) { return bodies }
    return try switchBodies(for: target)
  }
}
