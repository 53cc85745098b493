/// Finds the route of a request by its path and method.
///
/// Templates read `/printers/{id}/status`. A literal segment wins over a parameter; a trailing slash changes
/// nothing; `HEAD` is answered by the route of `GET`.
package struct Router<Value: Sendable>: Sendable {
  private struct Endpoint: Sendable {
    var template: String
    var names: [String]
    var value: Value
  }

  private struct Node: Sendable {
    var literals: [String: Int] = [:]
    var parameter: Int?
    var endpoints: [RequestMethod: Endpoint] = [:]
  }

  /// The first node is the root; a child is always behind its parent.
  private var nodes = [Node()]

  package init() {}

  /// Declares a route. A template that is malformed, or takes a place already taken, is refused: an error of the
  /// program, found at the start.
  package mutating func add(
    _ method: RequestMethod, _ template: String, _ value: Value
  ) throws(RouteDeclarationError) {
    let segments = try RouteTemplate.segments(of: template)
    var names: [String] = []
    var place = 0
    for segment in segments {
      switch segment {
      case .literal(let text):
        place = nodes[place].literals[text] ?? grow { nodes, new in nodes[place].literals[text] = new }
      case .parameter(let name):
        guard !names.contains(name) else {
          throw RouteDeclarationError(template: template, problem: "names the parameter \(name) twice")
        }
        names.append(name)
        place = nodes[place].parameter ?? grow { nodes, new in nodes[place].parameter = new }
      }
    }
    if let other = nodes[place].endpoints[method] {
      throw RouteDeclarationError(
        template: template, problem: "takes the place of \(method.rawValue) \(other.template)")
    }
    nodes[place].endpoints[method] = Endpoint(template: template, names: names, value: value)
  }

  private mutating func grow(_ link: (inout [Node], Int) -> Void) -> Int {
    nodes.append(Node())
    link(&nodes, nodes.count - 1)
    return nodes.count - 1
  }

  /// Looks a request up. `path` holds decoded segments, as in `RequestTarget.segments`.
  package func match(_ method: RequestMethod, path: [String]) -> RouteMatch<Value> {
    var search = Search(method: method, path: path)
    if let endpoint = find(0, depth: 0, &search) {
      return .found(endpoint.value, RouteParameters(names: endpoint.names, values: search.values))
    }
    guard !search.allowed.isEmpty else { return .notFound }
    if search.allowed.contains(.get) { search.allowed.insert(.head) }
    search.allowed.insert(.options)
    return .methodNotAllowed(allowed: RequestMethod.allCases.filter(search.allowed.contains))
  }

  private struct Search {
    let method: RequestMethod
    let path: [String]
    var values: [String] = []
    /// Methods of the resource that the path means.
    var allowed: Set<RequestMethod> = []
  }

  /// Depth first, literal before parameter, so that the more particular route is found first.
  private func find(_ place: Int, depth: Int, _ search: inout Search) -> Endpoint? {
    guard depth < search.path.count else {
      let endpoints = nodes[place].endpoints
      if let endpoint = endpoints[search.method] { return endpoint }
      if search.method == .head, let endpoint = endpoints[.get] { return endpoint }
      search.allowed.formUnion(endpoints.keys)
      return nil
    }
    let segment = search.path[depth]
    if let child = nodes[place].literals[segment] {
      if let found = find(child, depth: depth + 1, &search) { return found }
      // The path is that resource, whatever methods another one with a parameter there has.
      guard search.allowed.isEmpty else { return nil }
    }
    guard let child = nodes[place].parameter, !segment.isEmpty else { return nil }
    search.values.append(segment)
    if let found = find(child, depth: depth + 1, &search) { return found }
    search.values.removeLast()
    return nil
  }
}

/// What a path and method lead to.
package enum RouteMatch<Value: Sendable>: Sendable {
  case found(Value, RouteParameters)
  /// The resource exists. `allowed` is for the `Allow` field and includes `HEAD` (with `GET`) and `OPTIONS`; an
  /// `OPTIONS` request without a route of its own ends here, too.
  case methodNotAllowed(allowed: [RequestMethod])
  case notFound
}

/// The values of a template's parameters.
package struct RouteParameters: Sendable {
  private let names: [String]
  private let values: [String]

  package init(names: [String] = [], values: [String] = []) {
    self.names = names
    self.values = values
  }

  package subscript(_ name: String) -> String? {
    guard let index = names.firstIndex(of: name), index < values.count else { return nil }
    return values[index]
  }
}
