package import Model

/// Why a line or a chip cannot be used, in words for people.
package struct GPIOFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    case unknownChip
    case unknownLine
    /// Somebody else has it.
    case busy
    /// The chip is gone.
    case vanished
    case refused
  }

  package let kind: Kind
  /// A sentence.
  package let description: String

  package static func unknownChip(_ reference: String, known: [ChipIdentity]) -> GPIOFailure {
    let list = known.map { "\($0.label) (\($0.name))" }.joined(separator: ", ")
    return GPIOFailure(
      kind: .unknownChip,
      description:
        "There is no GPIO chip \(reference) here; there \(known.isEmpty ? "is none at all" : "are: \(list)").")
  }

  package static func unknownLine(_ line: String, chip: ChipIdentity) -> GPIOFailure {
    GPIOFailure(
      kind: .unknownLine,
      description: "There is no line \(line) on the GPIO chip \(chip.label), which has \(chip.lineCount) lines.")
  }

  package static func busy(_ line: String, holder: String?) -> GPIOFailure {
    GPIOFailure(
      kind: .busy,
      description:
        "Line \(line) is held by \(holder.map { "“\($0)”" } ?? "another program"). Stop it, or use another line.")
  }

  package static func vanished(_ chip: String) -> GPIOFailure {
    GPIOFailure(kind: .vanished, description: "The GPIO chip \(chip) is gone. It is looked for again.")
  }

  /// - Parameter reason: what the kernel says.
  package static func refused(_ what: String, reason: String) -> GPIOFailure {
    GPIOFailure(kind: .refused, description: "\(what): \(reason).")
  }

  /// As the API answers it.
  package var fault: Fault { Fault(.boardError, description) }
}
