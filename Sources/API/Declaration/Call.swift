package import HTTPServer
package import Model
import Wire

/// One call of an operation: who calls, and what was sent along.
package struct Call: Sendable {
  package let request: HTTPRequest
  package let caller: Caller
  /// From where the request comes, after a trusted proxy has been heard.
  package let visit: Visit
  private let pathParameters: RouteParameters

  /// The limit for a JSON body, in bytes (contract, section 1).
  private static let jsonLimit = 1 << 20

  package init(request: HTTPRequest, caller: Caller, visit: Visit, pathParameters: RouteParameters) {
    self.request = request
    self.caller = caller
    self.visit = visit
    self.pathParameters = pathParameters
  }

  /// The value of a parameter in the path, which every route to this operation has.
  package func path<Value>(_ parameter: Parameter<Value>) throws(Fault) -> Value {
    try parameter.parse(pathParameters[parameter.name] ?? "")
  }

  /// The value of a parameter in the query; nil when it is not there. Given twice, the last one counts.
  package func query<Value>(_ parameter: Parameter<Value>) throws(Fault) -> Value? {
    guard let text = request.queryValue(parameter.name) else { return nil }
    return try parameter.parse(text)
  }

  /// The part of a list that is asked for.
  package func page(defaultLimit: Int = Page.maximum) throws(Fault) -> Page {
    let limit = try query(Page.limitParameter)
    let offset = try query(Page.offsetParameter)
    let number = try query(Page.pageParameter)
    let perPage = try query(Page.perPageParameter)
    guard number != nil || perPage != nil else { return Page(limit: limit ?? defaultLimit, offset: offset ?? 0) }
    guard limit == nil, offset == nil else {
      throw Fault(
        .invalidRequest, "Use either limit and offset, or page and per_page, not both.",
        fields: [InvalidValue("page", "goes without limit and offset")])
    }
    let size = perPage ?? defaultLimit
    return Page(limit: size, offset: ((number ?? 1) - 1) * size)
  }

  /// Whether it says how long a list may be.
  package var namesItsLimit: Bool {
    request.queryValue(Page.limitParameter.name) != nil || request.queryValue(Page.perPageParameter.name) != nil
  }

  /// The body, read and checked.
  package func body<Input: WireInput>(as type: Input.Type) async throws -> Input {
    guard request.hasMediaType("application/json") else {
      throw Fault(.unsupportedMediaType, "Send the body as JSON, with Content-Type: application/json.")
    }
    return try Self.parse(try await request.collectBody(limit: Self.jsonLimit))
  }

  /// The body where there is one; a request may do without (contract, section 1).
  package func optionalBody<Input: WireInput>(as type: Input.Type) async throws -> Input? {
    let bytes = try await request.collectBody(limit: Self.jsonLimit)
    guard !bytes.isEmpty else { return nil }
    guard request.hasMediaType("application/json") else {
      throw Fault(.unsupportedMediaType, "Send the body as JSON, with Content-Type: application/json.")
    }
    return try Self.parse(bytes)
  }

  private static func parse<Input: WireInput>(_ bytes: [UInt8]) throws -> Input {
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONParser.parse(bytes, limits: .init(bytes: jsonLimit), tolerance: .exact)
    } catch {
      throw Fault(.invalidRequest, "The body is not valid JSON: \(error.description).")
    }
    var reader = try InputReader(json)
    let input = try Input(&reader)
    try reader.finish()
    return input
  }
}
