package import Model
package import Rules
import Wire

/// The typed ways to declare an operation: what the handler takes and gives is what the description says.
extension Operation {
  /// Answers one value.
  package static func get<Output: WireValue>(
    _ path: String, id: String, topic: Topic, summary: String, details: String = "", access: Access,
    rate: RateClass = .read, parameters: [DeclaredParameter] = [], errors: [ErrorCode] = [],
    run: @escaping @Sendable (Call) async throws -> Output
  ) -> Operation {
    Operation(
      .get, path, id: id, topic: topic, summary: summary, details: details, access: access, rate: rate,
      parameters: parameters, answer: .value(Output.self), errors: errors
    ) { call in .value(try await run(call)) }
  }

  /// Answers a part of a list.
  package static func list<Element: WireValue>(
    _ path: String, id: String, topic: Topic, summary: String, details: String = "", access: Access,
    rate: RateClass = .read, parameters: [DeclaredParameter] = [], errors: [ErrorCode] = [],
    run: @escaping @Sendable (Call) async throws -> [Element]
  ) -> Operation {
    Operation(
      .get, path, id: id, topic: topic, summary: summary, details: details, access: access, rate: rate,
      parameters: parameters + Page.parameters, answer: .list(of: Element.self), errors: errors
    ) { call in
      let page = try call.page()
      let all = try await run(call)
      return .list(Array(all.dropFirst(page.offset).prefix(page.limit)), page: page, total: all.count)
    }
  }

  /// Does something that needs no body.
  package static func action<Output: WireValue>(
    _ verb: Verb, _ path: String, id: String, topic: Topic, summary: String, details: String = "", access: Access,
    rate: RateClass, parameters: [DeclaredParameter] = [], errors: [ErrorCode] = [],
    unusualStatuses: [ErrorCode: Int] = [:], run: @escaping @Sendable (Call) async throws -> Output
  ) -> Operation {
    Operation(
      verb, path, id: id, topic: topic, summary: summary, details: details, access: access, rate: rate,
      parameters: parameters, answer: .value(Output.self), errors: errors, unusualStatuses: unusualStatuses
    ) { call in .value(try await run(call)) }
  }

  /// Does something with a body, or without one.
  package static func change<Input: WireInput, Output: WireValue>(
    _ verb: Verb, _ path: String, id: String, topic: Topic, summary: String, details: String = "", access: Access,
    rate: RateClass, parameters: [DeclaredParameter] = [], mayTake: Input.Type, errors: [ErrorCode] = [],
    run: @escaping @Sendable (Call, Input?) async throws -> Output
  ) -> Operation {
    Operation(
      verb, path, id: id, topic: topic, summary: summary, details: details, access: access, rate: rate,
      parameters: parameters, body: BodyDeclaration(Input.self, isRequired: false), answer: .value(Output.self),
      errors: errors
    ) { call in .value(try await run(call, try await call.optionalBody(as: Input.self))) }
  }

  /// Does something with a body.
  package static func change<Input: WireInput, Output: WireValue>(
    _ verb: Verb, _ path: String, id: String, topic: Topic, summary: String, details: String = "", access: Access,
    rate: RateClass, parameters: [DeclaredParameter] = [], takes: Input.Type, errors: [ErrorCode] = [],
    run: @escaping @Sendable (Call, Input) async throws -> Output
  ) -> Operation {
    Operation(
      verb, path, id: id, topic: topic, summary: summary, details: details, access: access, rate: rate,
      parameters: parameters, body: BodyDeclaration(Input.self), answer: .value(Output.self), errors: errors
    ) { call in .value(try await run(call, try await call.body(as: Input.self))) }
  }

  /// Makes something new: 201, and where it is.
  package static func create<Input: WireInput, Output: WireValue>(
    _ path: String, id: String, topic: Topic, summary: String, details: String = "", access: Access,
    rate: RateClass = .write, takes: Input.Type, errors: [ErrorCode] = [],
    run: @escaping @Sendable (Call, Input) async throws -> (value: Output, id: Int64)
  ) -> Operation {
    Operation(
      .post, path, id: id, topic: topic, summary: summary, details: details, access: access, rate: rate,
      body: BodyDeclaration(Input.self), answer: .value(Output.self, status: 201), errors: errors
    ) { call in
      let made = try await run(call, try await call.body(as: Input.self))
      return .value(made.value, status: 201, location: "\(apiBase)\(path)/\(made.id)")
    }
  }
}

/// The base of every path.
package let apiBase = "/api/v1"
