import Model
import Wire

/// An operation, and what the printer of each model must get for it (protocol sheet, section 3.8).
struct CommandRow: Sendable {
  /// The messages that these models get, in their order.
  struct Expectation: Sendable {
    var models: [PrinterModel]
    var messages: [String]
  }

  var path: String
  var body: JSONValue?
  var expectations: [Expectation]
  /// The field that the 400 names on all other models.
  var missingField: String?
  /// What must show in the status before the next row: a text of the path to look at, and its value.
  var then: Then?

  enum Then: Sendable {
    case drying(unit: Int64, Bool)
    case loaded(Bool)
    case state(String)
    case error(Bool)
  }

  init(
    _ path: String, _ body: JSONValue? = nil, _ expectations: [Expectation], otherwise missingField: String? = nil,
    then: Then? = nil
  ) {
    self.path = path
    self.body = body
    self.expectations = expectations
    self.missingField = missingField
    self.then = then
  }

  func messages(for model: PrinterModel) -> [String]? { expectations.first { $0.models.contains(model) }?.messages }
}

extension [PrinterModel] {
  static let all = PrinterModel.allCases
  static let x1: [PrinterModel] = [.x1c, .x1, .x1e]
  static let p1: [PrinterModel] = [.p1p, .p1s]
  static let a1: [PrinterModel] = [.a1Mini, .a1, .a2l]
  static let h2: [PrinterModel] = [.h2s, .h2d, .h2dPro, .h2c]
  static let dual: [PrinterModel] = [.x2d, .h2d, .h2dPro, .h2c]
  static let single: [PrinterModel] = .all.filter { !dual.contains($0) }
}

/// The family gets these messages.
func get(_ models: [PrinterModel], _ messages: String...) -> CommandRow.Expectation {
  CommandRow.Expectation(models: models, messages: messages)
}

/// A message of the printer's own words after the command's name, as the protocol sheet writes it.
func print(_ command: String, _ rest: String = "") -> String {
  #"{"print":{"sequence_id":"<n>","command":"\#(command)"\#(rest.isEmpty ? "" : ",")\#(rest)}}"#
}

/// Lines of G-code as one message; `\n` is written as such.
func gcode(_ lines: String) -> String { print("gcode_line", #""param":"\#(lines)""#) }
