package import Model

/// Lines of G-code that a person may send (contract, section 5, `/gcode`).
///
/// A line is one command and nothing else: no comment, no line number, no checksum. Commands are written in capitals, as
/// the contract lists them; the printers' reading of lower case is not known, so it is refused rather than guessed at.
package struct GcodeProgram: Hashable, Sendable {
  package static let maximumLines = 50
  package static let maximumLength = 128

  package let lines: [String]
  /// Moves, extrudes, or changes how the job's own moves are read: not while a job runs or is paused.
  package let disturbsJob: Bool

  /// - Parameter allowsAll: the setting `gcode.allow_all`: any command, still in the right form.
  /// - Throws: `InvalidValue` whose field is the line, counted from 1: `lines[3]`.
  package init(lines: [String], model: PrinterModel, allowsAll: Bool) throws(InvalidValue) {
    guard (1...Self.maximumLines).contains(lines.count) else {
      throw InvalidValue("lines", "must be 1 to \(Self.maximumLines) lines")
    }
    var disturbs = false
    for (index, line) in lines.enumerated() {
      let field = "lines[\(index + 1)]"
      try Self.checkForm(line, field: field)
      let command = GcodeCommand(line)
      if let command, command.isListed {
        if !allowsAll || command.hasRange { try command.check(ModelLimits(model), field: field) }
      } else if !allowsAll {
        throw InvalidValue(field, "must be one of \(GcodeCommand.list)")
      }
      disturbs = disturbs || command?.isHarmless != true
    }
    self.lines = lines
    disturbsJob = disturbs
  }

  package var command: PrinterCommand { .gcode(lines) }

  private static func checkForm(_ line: String, field: String) throws(InvalidValue) {
    guard (1...maximumLength).contains(line.utf8.count), line.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw InvalidValue(field, "must be 1 to \(maximumLength) printable ASCII characters without a line break")
    }
    guard let first = line.utf8.first(where: { $0 != 0x20 }) else {
      throw InvalidValue(field, "must hold a command")
    }
    guard first != UInt8(ascii: "N"), first != UInt8(ascii: "n"), !line.utf8.contains(UInt8(ascii: "*")) else {
      throw InvalidValue(field, "must have neither line number nor checksum")
    }
    guard !line.utf8.contains(UInt8(ascii: ";")), !line.utf8.contains(UInt8(ascii: "(")) else {
      throw InvalidValue(field, "must be one command without a comment")
    }
  }
}
