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
    Self.tell(passage.verdict, in: &reply.headers)
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
      throw Fault(.methodNotAllowed, "This path takes \(list), not \(request.methodName).", allow: names)
    case .notFound:
      throw Fault(.notFound, "There is nothing at \(quoted(request.target.rawPath)). The API begins at \(apiBase).")
    }
  }

  package func reply(to failure: HTTPFailure, of head: RefusedHead?) -> HTTPReply {
    let code: ErrorCode =
      switch failure.status {
      case 413: .payloadTooLarge
      case 415: .unsupportedMediaType
      case 500: .internalError
      case 501: .methodNotAllowed
      case 503: .serviceUnavailable
      default: .invalidRequest
      }
    let passage = head.flatMap(passage)
    var reply = presenter.reply(
      Fault(code, failure.sentence, status: failure.status, retryAfter: failure.status == 503 ? 1 : nil),
      in: passage?.format ?? standardFormat())
    reply.headers.add(name: "X-Request-Id", value: ids.next())
    Self.tell(passage?.verdict, in: &reply.headers)
    return reply
  }

  /// A request that got no further than its head, counted on its address. Its target may be what is wrong: nothing is read
  /// off it but whether the API was meant, and in which format.
  private func passage(of head: RefusedHead) -> Passage? {
    let parts = head.target.split(separator: "?", maxSplits: 1)
    let path = parts.first ?? ""
    let query = (parts.count > 1 ? parts[1] : "").split(separator: "&")
    let format = ReplyFormat.allCases.last { query.contains("format=\($0.rawValue)") }
    let isOfAPI = path == apiBase || path.hasPrefix("\(apiBase)/")
    let target = (isOfAPI ? apiBase : "/") + (format.map { "?format=\($0.rawValue)" } ?? "")
    guard let target = try? RequestTarget(parsing: target[...]) else { return nil }
    let request = HTTPRequest(
      method: head.method, target: target, headers: head.headers, remoteAddress: head.remoteAddress)
    var passage = Passage(request, policy: entrance.policy, router: router)
    passage.format = (try? .wanted(by: request, for: nil, otherwise: standardFormat())) ?? .bare
    entrance.count(&passage)
    return passage
  }

  private static func tell(_ verdict: RateVerdict?, in headers: inout HTTPHeaders) {
    guard let verdict else { return }
    headers.add(name: "X-RateLimit-Limit", value: String(verdict.limit))
    headers.add(name: "X-RateLimit-Remaining", value: String(verdict.remaining))
    headers.add(name: "X-RateLimit-Reset", value: String(verdict.reset))
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
