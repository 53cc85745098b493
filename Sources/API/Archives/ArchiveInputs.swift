import Model
import Store
import Wire

/// The fields of a record that a person changes.
enum ArchiveFields {
  static let recordName = InputField<String>.text(
    "name", length: 1...200, "What you call it.", example: "Benchy, second try")
  static let notes = InputField<String>.lines("notes", 10_000, "Whatever is worth knowing.", example: "Great print")
  static let tags = InputField(
    "tags", .array(.string(length: 1...60, format: nil, pattern: Schema.lineWithText), maximum: 50),
    "Words to find it by; they take the place of those that it has.", example: ["functional", "gift"]
  ) { (json) throws(InvalidValue) in
    let problem = InvalidValue("tags", "must be a list of at most 50 words of 1 to 60 characters")
    guard let elements = json.array, elements.count <= 50 else { throw problem }
    var tags: [String] = []
    for element in elements {
      guard let raw = element.string, (1...60).contains(raw.unicodeScalars.count),
        raw.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
      else { throw problem }
      let tag = trimmed(raw)
      guard !tag.isEmpty else { throw problem }
      if !tags.contains(tag) { tags.append(tag) }
    }
    return tags
  }
  static let project = InputField(
    "project_id", .integer(1...Int64.max), "The project that it belongs to.", example: 1
  ) { (json) throws(InvalidValue) in
    guard let number = json.wholeNumber, number > 0 else {
      throw InvalidValue("project_id", "must be the number of a project, or null")
    }
    return ProjectID(rawValue: number)
  }
  static let cost = InputField<Double>.number(
    "cost", 0...1_000_000, "What it cost, in the setting `currency`; null reckons it by the filaments' prices again.",
    example: 2.5)
}

/// The body of `PATCH /archives/{id}`.
struct ChangeArchive: WireInput {
  let changes: ArchiveChanges

  static let name = "ChangeArchive"
  static let fields: [DeclaredInput] = [
    .replaceable(ArchiveFields.recordName), .clearable(ArchiveFields.notes), .clearable(ArchiveFields.tags),
    .clearable(ArchiveFields.project), .clearable(ArchiveFields.cost),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    var changes = ArchiveChanges()
    changes.name = reader.replacement(ArchiveFields.recordName)
    changes.notes = reader.change(ArchiveFields.notes).doubled
    changes.project = reader.change(ArchiveFields.project).doubled
    changes.cost = reader.change(ArchiveFields.cost).doubled
    switch reader.change(ArchiveFields.tags) {
    case .keep: break
    case .clear: changes.tags = []
    case .set(let tags): changes.tags = tags
    }
    self.changes = changes
  }
}

extension Change {
  /// nil keeps, a nil within clears.
  var doubled: Value?? {
    switch self {
    case .keep: nil
    case .clear: .some(nil)
    case .set(let value): .some(value)
    }
  }
}

extension InputField where Value == String {
  /// A text of several lines, kept as it is.
  static func lines(_ name: String, _ limit: Int, _ note: String, example: String) -> InputField<String> {
    InputField(
      name, .string(length: 0...limit, format: nil, pattern: #"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"#), note,
      example: .string(example)
    ) { (json) throws(InvalidValue) in
      guard let text = json.string, text.unicodeScalars.count <= limit else {
        throw InvalidValue(name, "must be a text of at most \(limit) characters")
      }
      let isClean = text.unicodeScalars.allSatisfy { scalar in
        scalar == "\n" || scalar == "\r" || scalar == "\t" || (scalar.value >= 0x20 && scalar.value != 0x7F)
      }
      guard isClean else { throw InvalidValue(name, "must not hold control characters") }
      return text
    }
  }

  /// `#RRGGBB`.
  static func color(_ note: String) -> InputField<String> {
    InputField(
      "color", .string(length: nil, format: nil, pattern: "^#[0-9A-Fa-f]{6}$"), note, example: "#4caf50"
    ) { (json) throws(InvalidValue) in
      guard let text = json.string, text.utf8.count == 7, text.utf8.first == 0x23,
        text.utf8.dropFirst().allSatisfy({ byte in
          switch byte {
          case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
          default: false
          }
        })
      else { throw InvalidValue("color", "must be a colour such as #4caf50") }
      return text
    }
  }
}
