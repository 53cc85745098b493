import Wire

/// An object of the description, its type gone: an answer's or a body's.
struct DescribedObject {
  struct Member {
    let name: String
    let schema: Schema
    let note: String
    let example: JSONValue?
    let isRequired: Bool
  }

  let name: String
  let members: [Member]
  /// What JSON Schema says of the members together.
  let rule: [String: JSONValue]
  /// The whole; nil where it is that of the members.
  let example: JSONValue?
  /// Which Swift type it describes.
  let source: ObjectIdentifier?

  init<Object: WireObject>(_ type: Object.Type) {
    name = Object.name
    members = Object.fields.map { field in
      Member(
        name: field.name.description, schema: field.schema, note: field.note, example: field.example,
        isRequired: field.isAlwaysThere)
    }
    rule = [:]
    example = nil
    source = ObjectIdentifier(type)
  }

  init(_ body: BodyDeclaration) {
    name = body.name
    members = body.fields.map { field in
      Member(
        name: field.name, schema: field.schema, note: field.note, example: field.example, isRequired: field.isRequired)
    }
    rule = body.rule
    example = body.example
    source = nil
  }
}

/// Everything that the operations refer to by name, in the order in which it is met.
struct ObjectCatalogue {
  private(set) var names: [String] = []
  private(set) var objects: [String: DescribedObject] = [:]
  /// What is declared twice or not at all; empty in a program that may start.
  private(set) var problems: [String] = []

  init(_ operations: [Operation]) {
    for operation in operations {
      if let body = operation.body, body.form != .file(part: "file") { add(DescribedObject(body)) }
      switch operation.answer.form {
      case .value(let type), .list(let type, _): for object in relatedObjects(of: type) { follow(object) }
      case .webSocket, .file, .document: break
      }
    }
  }

  private mutating func follow(_ type: any WireObject.Type) {
    func open<Object: WireObject>(_ type: Object.Type) -> (DescribedObject, [any WireObject.Type]) {
      (DescribedObject(type), Object.fields.flatMap(\.related))
    }
    let (object, related) = open(type)
    guard add(object) else { return }
    for type in related { follow(type) }
  }

  /// False when it is there already.
  @discardableResult
  private mutating func add(_ object: DescribedObject) -> Bool {
    if let known = objects[object.name] {
      let isSame = known.source == object.source && known.members.map(\.name) == object.members.map(\.name)
      if !isSame { problems.append("two different objects are called \(object.name)") }
      return false
    }
    names.append(object.name)
    objects[object.name] = object
    return true
  }
}
