package import HTTPServer
package import Logging
import Model
import NIOHTTP1

/// From a request to its answer: find the operation, let the caller in, run it, show the outcome.
package struct Dispatcher: HTTPResponder {
  private let router: Router<Operation>
  private let gate: AccessGate
  private let presenter = Presenter()
  private let standardFormat: @Sendable () -> ReplyFormat
  private let logger: Logger

  /// Refuses operations that contradict each other: an error of the program, found at the start.
  package init(
    operations: [Operation], gate: AccessGate, standardFormat: @escaping @Sendable () -> ReplyFormat, logger: Logger
  ) throws(RouteDeclarationError) {
    _ = try DeclarationCheck(operations)
    var router = Router<Operation>()
    for operation in operations {
      for template in operation.templates {
        try router.add(operation.verb.method, template, operation)
      }
    }
    self.router = router
    self.gate = gate
    self.standardFormat = standardFormat
    self.logger = logger
  }

  package func respond(to request: HTTPRequest) async -> HTTPReply {
    Delivery.finished(await answer(to: request), to: request)
  }

  private func answer(to request: HTTPRequest) async -> HTTPReply {
    let format: ReplyFormat
    do throws(Fault) {
      format = try ReplyFormat.wanted(by: request, otherwise: standardFormat())
    } catch {
      return presenter.reply(error, in: .bare)
    }
    switch router.match(request.method, path: request.target.segments) {
    case .found(let operation, let parameters):
      do {
        let caller = try await gate.admit(request, to: operation)
        let call = Call(request: request, caller: caller, pathParameters: parameters)
        return presenter.reply(try await operation.run(call), to: request, in: format)
      } catch {
        return presenter.reply(fault(from: error, of: operation), in: format)
      }
    case .methodNotAllowed(let allowed):
      let names = allowed.map(\.rawValue)
      if request.method == .options {
        return HTTPReply(status: 204, headers: HTTPHeaders([("Allow", names.joined(separator: ", "))]))
      }
      let list = names.joined(separator: ", ")
      return presenter.reply(
        Fault(.methodNotAllowed, "This path takes \(list), not \(request.method.rawValue).", allow: names), in: format)
    case .notFound:
      return presenter.reply(
        Fault(.notFound, "There is nothing at \(quoted(request.target.rawPath)). The API begins at \(apiBase)."),
        in: format)
    }
  }

  package func reply(to failure: HTTPFailure) -> HTTPReply {
    let code: ErrorCode =
      switch failure.status {
      case 413: .payloadTooLarge
      case 415: .unsupportedMediaType
      case 500: .internalError
      case 501: .methodNotAllowed
      case 503: .serviceUnavailable
      default: .invalidRequest
      }
    return presenter.reply(
      Fault(code, failure.sentence, status: failure.status, retryAfter: failure.status == 503 ? 1 : nil), in: .bare)
  }

  /// What a handler threw, as something to show. Only a `Fault` was meant for people; the rest is logged.
  private func fault(from error: any Error, of operation: Operation) -> Fault {
    if let fault = error as? Fault { return fault }
    if let invalid = error as? InvalidValue { return Fault(invalid) }
    if error is CancellationError {
      return Fault(.serviceUnavailable, "The service is stopping.", retryAfter: 1)
    }
    logger.error("an operation failed", metadata: ["operation": "\(operation.id)", "error": "\(error)"])
    return Fault(.internalError, "Something went wrong in the service; its log says what.")
  }
}

extension Verb {
  var method: RequestMethod {
    switch self {
    case .get: .get
    case .post: .post
    case .put: .put
    case .patch: .patch
    case .delete: .delete
    }
  }
}
