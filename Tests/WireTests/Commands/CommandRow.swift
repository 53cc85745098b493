import Model
import Testing

@testable import Wire

/// A command, the printer that it is for, and the exact messages that it must become.
struct CommandRow: CustomTestStringConvertible, Sendable {
  var command: PrinterCommand
  var model: PrinterModel
  var firmware: String?
  var messages: [String]

  init(_ command: PrinterCommand, _ model: PrinterModel, firmware: String? = nil, _ messages: String...) {
    self.init(command, model, firmware: firmware, messages: messages)
  }

  /// For commands that are the same on every model.
  init(_ command: PrinterCommand, _ messages: String...) {
    self.init(command, .p1s, firmware: nil, messages: messages)
  }

  private init(_ command: PrinterCommand, _ model: PrinterModel, firmware: String?, messages: [String]) {
    self.command = command
    self.model = model
    self.firmware = firmware
    self.messages = messages
  }

  var testDescription: String { "\(command) on \(model.rawValue)" }

  var target: CommandTarget {
    CommandTarget(model: model, firmware: firmware.flatMap { FirmwareVersion($0) })
  }

  /// Compares trees, so that the order of members does not count.
  func check() throws {
    let payloads = try command.payloads(for: target, sequence: 41)
    try #require(payloads.count == messages.count)
    for (index, payload) in payloads.enumerated() {
      #expect(payload.sequenceID == String(41 + index))
      let wanted = try json(
        messages[index].split(separator: "<n>", omittingEmptySubsequences: false)
          .joined(separator: payload.sequenceID))
      let sent = try json(payload.bytes)
      #expect(sent == wanted)
      #expect(sent[payload.section]?["command"]?.string == payload.command)
    }
  }
}

func json(_ text: String) throws -> JSONValue { try json(Array(text.utf8)) }

func json(_ bytes: [UInt8]) throws -> JSONValue {
  try JSONParser.parse(bytes, limits: JSONParser.Limits(bytes: 65_536))
}

/// The G-code of a command as one text.
func gcode(_ param: String) -> String {
  #"{"print":{"sequence_id":"<n>","command":"gcode_line","param":"\#(param)"}}"#
}
