import HTTPServer
import Wire

/// Refuses what a description would have to leave out: an operation that does not say all of itself does not start
/// (contract, section 7).
struct DeclarationCheck {
  private let catalogue: ObjectCatalogue

  /// Tells everything that is missing at once.
  init(_ operations: [Operation]) throws(RouteDeclarationError) {
    catalogue = ObjectCatalogue(operations)
    var found = catalogue.problems.map { (place: "/", problem: $0) }
    var ids: Set<String> = []
    for operation in operations {
      let place = "\(operation.verb.rawValue) \(operation.path)"
      if !ids.insert(operation.id).inserted { found.append((place, "has the id of another, \(operation.id)")) }
      if let problem = problem(of: operation) { found.append((place, problem)) }
    }
    for name in catalogue.names {
      guard let object = catalogue.objects[name] else { continue }
      found += problems(of: object).map { (name, $0) }
    }
    guard let first = found.first else { return }
    let others = found.dropFirst().map { "; \($0.place) \($0.problem)" }.joined()
    throw RouteDeclarationError(template: first.place, problem: first.problem + others)
  }

  private func problem(of operation: Operation) -> String? {
    let isName = operation.id.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    guard isName, operation.id.contains("_") else { return "has no id of the form list_printers" }
    guard !operation.summary.isEmpty else { return "has no summary" }
    let inPath = Set(
      operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) })
    let declared = operation.parameters.filter { $0.place == .path }.map(\.name)
    guard declared.count == inPath.count, Set(declared) == inPath else {
      return "does not declare the parameters of its path"
    }
    let names = operation.parameters.map { "\($0.place.rawValue) \($0.name)" }
    guard Set(names).count == names.count else { return "declares a parameter twice" }
    for parameter in operation.parameters {
      var scratch = JSONWriter()
      guard !parameter.note.isEmpty else { return "does not say what \(parameter.name) is" }
      guard Example(catalogue: catalogue).write(parameter.schema, own: parameter.example, to: &scratch) else {
        return "gives no example of \(parameter.name)"
      }
    }
    return nil
  }

  private func problems(of object: DescribedObject) -> [String] {
    var problems: [String] = []
    var names: Set<String> = []
    for member in object.members {
      if !names.insert(member.name).inserted { problems.append("has \(member.name) twice") }
      if member.note.isEmpty { problems.append("does not say what \(member.name) is") }
      var scratch = JSONWriter()
      // What is wrong with another object is told there.
      if case .reference = member.schema.withoutNull { continue }
      if !Example(catalogue: catalogue).write(member.schema, own: member.example, to: &scratch) {
        problems.append("gives no example of \(member.name)")
      }
    }
    return problems
  }
}

extension Schema {
  fileprivate var withoutNull: Schema {
    if case .nullable(let wrapped) = self { wrapped } else { self }
  }
}
