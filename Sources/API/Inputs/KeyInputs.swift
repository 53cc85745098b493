import Model
import Store
import Wire

/// The fields of a key that a person enters.
enum KeyFields {
  static let keyName = InputField<String>.text("name", length: 1...100, "What it is for.", example: "Home Assistant")
  static let permissions = InputField(
    "permissions", .array(.choice(Permission.allCases.map(\.rawValue)), maximum: nil, minimum: 1),
    "What it may do; none of them implies another.", example: ["read", "control"]
  ) { (json) throws(InvalidValue) in
    let words = Permission.allCases.map(\.rawValue).joined(separator: ", ")
    let problem = InvalidValue("permissions", "must be a list of at least one of \(words)")
    guard let elements = json.array, !elements.isEmpty else { throw problem }
    var permissions: Set<Permission> = []
    for element in elements {
      guard let permission = element.string.flatMap(Permission.init(rawValue:)) else { throw problem }
      permissions.insert(permission)
    }
    return permissions
  }
  static let printerIDs = InputField(
    "printer_ids", .array(.integer(1...Int64.max), maximum: 500),
    "The printers that exist for it; an empty list is none, null all.", example: [1]
  ) { (json) throws(InvalidValue) in
    let problem = InvalidValue("printer_ids", "must be a list of at most 500 printer numbers, or null for all")
    guard let elements = json.array, elements.count <= 500 else { throw problem }
    var ids: Set<PrinterID> = []
    for element in elements {
      guard let number = element.wholeNumber, number > 0 else { throw problem }
      ids.insert(PrinterID(rawValue: number))
    }
    return ids
  }
  static let expiresAt = InputField(
    "expires_at", .timestamp, "From then on it is refused: ISO 8601 with offset. null is never.",
    example: "2030-01-01T00:00:00Z"
  ) { (json) throws(InvalidValue) in
    guard let time = json.string.flatMap(Timestamp.init(iso8601:)) else {
      throw InvalidValue("expires_at", "must be a time such as 2030-01-01T00:00:00Z")
    }
    return time
  }
}

/// The body of `POST /api-keys`.
struct CreateKey: WireInput {
  let keyName: String
  let permissions: Set<Permission>
  let printerIDs: Set<PrinterID>?
  let expiresAt: Timestamp?

  static let name = "CreateAPIKey"
  static let rule: [String: JSONValue] = [
    "not": [
      "required": ["permissions", "printer_ids"],
      "properties": ["permissions": ["contains": ["const": "admin"]], "printer_ids": ["type": "array"]],
    ]
  ]
  static let fields: [DeclaredInput] = [
    .required(KeyFields.keyName), .required(KeyFields.permissions), .clearable(KeyFields.printerIDs),
    .clearable(KeyFields.expiresAt),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let keyName = reader.required(KeyFields.keyName)
    let permissions = reader.required(KeyFields.permissions)
    printerIDs = reader.optional(KeyFields.printerIDs)
    expiresAt = reader.optional(KeyFields.expiresAt)
    guard let keyName, let permissions else { throw reader.fault }
    self.keyName = keyName
    self.permissions = permissions
  }
}

/// The body of `PATCH /api-keys/{id}`.
struct ChangeKey: WireInput {
  let keyName: String?
  let permissions: Set<Permission>?
  let printerIDs: Change<Set<PrinterID>>
  let expiresAt: Change<Timestamp>

  static let name = "ChangeAPIKey"
  static let fields: [DeclaredInput] = [
    .replaceable(KeyFields.keyName), .replaceable(KeyFields.permissions), .clearable(KeyFields.printerIDs),
    .clearable(KeyFields.expiresAt),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    keyName = reader.replacement(KeyFields.keyName)
    permissions = reader.replacement(KeyFields.permissions)
    printerIDs = reader.change(KeyFields.printerIDs)
    expiresAt = reader.change(KeyFields.expiresAt)
  }

  func applied(to record: KeyRecord) -> KeyGrant {
    var grant = KeyGrant(
      name: keyName ?? record.name, permissions: permissions ?? record.permissions, printerIDs: record.printerIDs,
      expiresAt: record.expiresAt)
    switch printerIDs {
    case .keep: break
    case .clear: grant.printerIDs = nil
    case .set(let ids): grant.printerIDs = ids
    }
    switch expiresAt {
    case .keep: break
    case .clear: grant.expiresAt = nil
    case .set(let time): grant.expiresAt = time
    }
    return grant
  }
}
