/// A route that cannot be declared.
package struct RouteDeclarationError: Error, Hashable, Sendable, CustomStringConvertible {
  package let template: String
  package let problem: String

  package init(template: String, problem: String) {
    self.template = template
    self.problem = problem
  }

  package var description: String { "route \(template) \(problem)" }
}

/// Reads a template such as `/printers/{id}/status`.
enum RouteTemplate {
  enum Segment: Hashable {
    case literal(String)
    case parameter(String)
  }

  static func segments(of template: String) throws(RouteDeclarationError) -> [Segment] {
    guard template.utf8.first == UInt8(ascii: "/") else {
      throw RouteDeclarationError(template: template, problem: "does not begin with a slash")
    }
    var segments: [Segment] = []
    for part in template.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      segments.append(try segment(String(part), template))
    }
    // The same resource with and without a slash at the end, "/" being the root.
    if segments.last == .literal("") { segments.removeLast() }
    guard !segments.contains(.literal("")) else {
      throw RouteDeclarationError(template: template, problem: "has an empty segment")
    }
    return segments
  }

  private static func segment(_ part: String, _ template: String) throws(RouteDeclarationError) -> Segment {
    guard part.contains("{") || part.contains("}") else { return .literal(part) }
    let name = part.dropFirst().dropLast()
    guard part.hasPrefix("{"), part.hasSuffix("}"), !name.isEmpty, !name.contains("{"), !name.contains("}") else {
      throw RouteDeclarationError(template: template, problem: "has a segment that is neither text nor {name}")
    }
    return .parameter(String(name))
  }
}
