package import Model
package import Wire

/// A parameter in the path or the query: its name, what fits, and how it becomes a value.
package struct Parameter<Value: Sendable>: Sendable {
  package let name: String
  package let place: ParameterPlace
  package let schema: Schema
  package let note: String
  /// What it may look like; nil where the schema tells it (`Example`).
  package var example: JSONValue?
  package let parse: @Sendable (String) throws(Fault) -> Value

  /// The parameter as a description needs it: in a query it may be left out.
  package var declared: DeclaredParameter { declared(isRequired: place == .path) }

  /// The parameter as a description needs it, where the operation cannot do without.
  package var required: DeclaredParameter { declared(isRequired: true) }

  private func declared(isRequired: Bool) -> DeclaredParameter {
    DeclaredParameter(
      name: name, place: place, schema: schema, note: note, example: example, isRequired: isRequired)
  }
}

package enum ParameterPlace: String, Sendable { case path, query }

/// A parameter, its type gone.
package struct DeclaredParameter: Sendable {
  package let name: String
  package let place: ParameterPlace
  package let schema: Schema
  package let note: String
  package let example: JSONValue?
  package let isRequired: Bool
}

extension Parameter {
  /// The row in a path; what is no number is the 404 of its kind (contract, section 1).
  package static func id<ID: Sendable>(
    _ name: String = "id", _ note: String, missing: ErrorCode, noun: String, _ make: @escaping @Sendable (Int64) -> ID
  ) -> Parameter<ID> {
    Parameter<ID>(name: name, place: .path, schema: .integer(1...Int64.max), note: note) { (text) throws(Fault) in
      guard let number = wholeNumber(text), number > 0 else {
        throw Fault(missing, "There is no \(noun) \(quoted(text)).")
      }
      return make(number)
    }
  }

  /// A whole number in the query.
  package static func integer(
    _ name: String, _ range: ClosedRange<Int64>, _ note: String, example: Int64? = nil
  ) -> Parameter<Int> {
    Parameter<Int>(
      name: name, place: .query, schema: .integer(range), note: note, example: example.map { .int($0) }
    ) { (text) throws(Fault) in
      guard let number = wholeNumber(text), range.contains(number) else {
        throw Fault(
          InvalidValue(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
      }
      return Int(number)
    }
  }
}

/// Digits only: no sign, no space, as the description says it.
func wholeNumber(_ text: String) -> Int64? {
  text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
}

/// What somebody sent, as part of a sentence: short, and without characters that confuse a terminal.
package func quoted(_ text: String) -> String {
  let shown = text.unicodeScalars.prefix(40).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) }
  return "“\(String(shown))\(text.unicodeScalars.count > 40 ? "…" : "")”"
}

/// The parameters of every operation on a printer.
package let printerIDParameter = Parameter<PrinterID>.id(
  "id", "The printer's number, as the list of printers gives it.", missing: .printerNotFound, noun: "printer"
) { PrinterID(rawValue: $0) }
