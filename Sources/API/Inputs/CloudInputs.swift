import Model
import Service
import Wire

/// The body of `POST /cloud/login`: the account, and one of password, code and second factor.
struct CloudLogin: WireInput {
  let account: String
  let credential: CloudCredential

  private static let accountField = InputField<String>.text(
    "account", length: 3...254, "E-mail address or telephone number of the account.", example: "jane@example.com")
  private static let passwordField = InputField(
    "password", .string(length: 1...256, format: "password"),
    "The account's password. It is sent to the cloud and not kept.", example: "correct horse battery"
  ) { (json) throws(InvalidValue) in
    guard let text = json.string, (1...256).contains(text.unicodeScalars.count) else {
      throw InvalidValue("password", "must be a string of 1 to 256 characters")
    }
    return Secret(text)
  }
  private static let codeField = digits("code", 4...8, "The code that was sent by e-mail or message.")
  private static let factorField = digits("tfa_code", 6...8, "The code that the authenticator shows.")

  private static func digits(_ name: String, _ length: ClosedRange<Int>, _ note: String) -> InputField<Secret> {
    InputField(name, .string(length: length, format: nil, pattern: "^[0-9]+$"), note, example: "123456") {
      (json) throws(InvalidValue) in
      guard let text = json.string, length.contains(text.utf8.count),
        text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
      else { throw InvalidValue(name, "must be a string of \(length.lowerBound) to \(length.upperBound) digits") }
      return Secret(text)
    }
  }

  static let name = "CloudLogin"
  static let fields: [DeclaredInput] = [
    .required(accountField), .optional(passwordField), .optional(codeField), .optional(factorField),
  ]
  static let rule = exactlyOne(of: ["password", "code", "tfa_code"])
  static let example: JSONValue = ["account": "jane@example.com", "password": "correct horse battery"]

  init(_ reader: inout InputReader) throws(Fault) {
    let account = reader.required(Self.accountField)
    let given: [CloudCredential?] = [
      reader.optional(Self.passwordField).map { .password($0) }, reader.optional(Self.codeField).map { .code($0) },
      reader.optional(Self.factorField).map { .secondFactor($0) },
    ]
    let all = given.compactMap { $0 }
    if !reader.hasProblem, all.count != 1 {
      reader.refuse(InvalidValue("password", "must be given, or code, or tfa_code, and only one of them"))
    }
    guard let account, let credential = all.first, !reader.hasProblem else { throw reader.fault }
    self.account = account
    self.credential = credential
  }
}

/// The body of `POST /cloud/templates`.
struct CloudTemplate: WireInput {
  let title: String
  let type: CloudProfileType
  let baseID: String
  let settings: JSONValue

  private static let nameField = InputField<String>.text(
    "name", length: 1...100, "What the profile is called.", example: "Slow and quiet")
  private static let typeField = InputField<CloudProfileType>.choice(
    "type", "What the profile is for.", example: .print)
  private static let baseField = InputField(
    "base_id", .string(length: CloudID.length, format: nil, pattern: CloudID.pattern),
    "The number of the profile that it builds on.", example: "GP004"
  ) { (json) throws(InvalidValue) in
    guard let text = json.string, CloudID.length.contains(text.utf8.count), CloudID.hasForm(text) else {
      throw InvalidValue("base_id", "must be 1 to 64 letters, digits, underscores, points and hyphens")
    }
    return text
  }
  private static let settingsField = InputField(
    "settings", .map(.anything), "What differs from the profile that it builds on, by the slicer's names.",
    example: ["outer_wall_speed": "60"]
  ) { (json) throws(InvalidValue) in
    guard json.object != nil else { throw InvalidValue("settings", "must be an object, not \(json.kind)") }
    return json
  }

  static let name = "CloudTemplate"
  static let fields: [DeclaredInput] = [
    .required(nameField), .required(typeField), .required(baseField), .required(settingsField),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let name = reader.required(Self.nameField)
    let type = reader.required(Self.typeField)
    let base = reader.required(Self.baseField)
    let settings = reader.required(Self.settingsField)
    guard let name, let type, let base, let settings else { throw reader.fault }
    title = name
    self.type = type
    baseID = base
    self.settings = settings
  }
}

/// The body of `POST /cloud/uploads`.
struct CloudUploadOrder: WireInput {
  let archive: ArchiveID

  private static let archiveField = InputField<Int64>.integer(
    "archive_id", 1...Int64.max, "The record in the archive whose file is to go to the cloud.", example: 1)

  static let name = "CloudUploadOrder"
  static let fields: [DeclaredInput] = [.required(archiveField)]

  init(_ reader: inout InputReader) throws(Fault) {
    guard let archive = reader.required(Self.archiveField) else { throw reader.fault }
    self.archive = ArchiveID(rawValue: archive)
  }
}
