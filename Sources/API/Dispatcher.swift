package import HTTPServer
package import Logging
import Model
import NIOHTTP1
import Rules
import Store

/// From a request to its answer: let the caller in, find the operation, run it, show the outcome.
package struct Dispatcher: HTTPResponder {
  private let router: Router<Operation>
  private let entrance: Entrance
  private let watch: StandingWatch
  private let presenter = Presenter()
  private let ids = RequestIDs()
  private let standardFormat: @Sendable () -> ReplyFormat
  private let log: AccessLog
  private let logger: Logger

  /// Refuses operations that contradict each other: an error of the program, found at the start.
  ///
  /// - Parameter accessLogger: gets a line for each request.
  package init(
    operations: [Operation], entrance: Entrance, watch: StandingWatch,
    standardFormat: @escaping @Sendable () -> ReplyFormat, logger: Logger, accessLogger: Logger
  ) throws(RouteDeclarationError) {
    _ = try DeclarationCheck(operations)
    var router = Router<Operation>()
    for operation in operations {
      for template in operation.templates {
        try router.add(operation.verb.method, template, operation)
      }
    }
    self.router = router
    self.entrance = entrance
    self.watch = watch
    self.standardFormat = standardFormat
    self.logger = logger
    log = AccessLog(logger: accessLogger)
  }

  package func respond(to request: HTTPRequest) async -> HTTPReply {
    let begun = ContinuousClock.now
    let id = ids.name(request)
    var passage = Passage(request, policy: entrance.policy, router: router)
    var reply: HTTPReply
    do {
      let caller = try await entrance.admit(&passage, standardFormat: standardFormat())
      reply = try await answer(passage, to: caller)
    } catch {
      reply = presenter.reply(fault(from: error, of: passage.operation), in: passage.format)
    }
    reply.headers.add(name: "X-Request-Id", value: id)
    if let verdict = passage.verdict {
      reply.headers.add(name: "X-RateLimit-Limit", value: String(verdict.limit))
      reply.headers.add(name: "X-RateLimit-Remaining", value: String(verdict.remaining))
      reply.headers.add(name: "X-RateLimit-Reset", value: String(verdict.reset))
    }
    CrossOrigin.mark(&reply.headers, for: passage.request, passage.policy.origins)
    reply = Delivery.finished(reply, to: passage.request)
    log.note(passage, status: reply.status, id: id, took: .now - begun)
    return reply
  }

  private func answer(_ passage: Passage, to caller: Caller) async throws -> HTTPReply {
    let request = passage.request
    switch passage.match {
    case .found(let operation, let parameters):
      let call = Call(request: request, caller: caller, visit: passage.visit, pathParameters: parameters)
      let reply = presenter.reply(try await operation.run(call), to: request, in: passage.format)
      return watch.guarding(reply, for: caller, operation.access)
    case .methodNotAllowed(let allowed):
      let names = allowed.map(\.rawValue)
      if request.method == .options {
        return presenter.reply(
          HTTPReply(
            status: 204, headers: CrossOrigin.preflight(request, allowed: names, passage.policy.origins)))
      }
      let list = names.joined(separator: ", ")
      throw Fault(.methodNotAllowed, "This path takes \(list), not \(request.method.rawValue).", allow: names)
    case .notFound:
      throw Fault(.notFound, "There is nothing at \(quoted(request.target.rawPath)). The API begins at \(apiBase).")
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
    var reply = presenter.reply(
      Fault(code, failure.sentence, status: failure.status, retryAfter: failure.status == 503 ? 1 : nil), in: .bare)
    reply.headers.add(name: "X-Request-Id", value: ids.next())
    return reply
  }

  /// What a handler threw, as something to show. Only a `Fault` was meant for people; the rest is logged.
  private func fault(from error: any Error, of operation: Operation?) -> Fault {
    if let fault = error as? Fault { return fault }
    if let invalid = error as? InvalidValue { return Fault(invalid) }
    if error is CancellationError {
      return Fault(.serviceUnavailable, "The service is stopping.", retryAfter: 1)
    }
    if let failure = error as? StoreFailure {
      switch failure.kind {
      case .diskFull: return Fault(.storageFull, "The disk is full. Free some space and try again.")
      case .busy, .closed:
        return Fault(.serviceUnavailable, "The service has no time for this now. Try again in a moment.", retryAfter: 2)
      default: break
      }
    }
    logger.error("an operation failed", metadata: ["operation": "\(operation?.id ?? "none")", "error": "\(error)"])
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
