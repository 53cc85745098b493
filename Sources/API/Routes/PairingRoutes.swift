import HTTPServer
import Model
import Rules
package import Service
import Synchronization
import Wire

/// `/pairing`: a key for whoever is let in at the board itself (contract, section 3).
package final class PairingRoutes: Sendable {
  /// Requests a minute from one address.
  private static let allowance = 3

  private let desk: PairingDesk
  private let clock: any WallClock
  private let limiter = Mutex(RateLimiter(limits: RateLimits(write: allowance), capacity: 1024))

  package init(desk: PairingDesk, clock: any WallClock) {
    self.desk = desk
    self.clock = clock
  }

  private static let id = Parameter<Secret>(
    name: "id", place: .path, schema: .string(length: 1...64, format: nil, pattern: "^[A-Za-z0-9_-]+$"),
    note: "As the answer to the request gave it.", example: "3q2-7wABAgMEBQYHCAkKCw"
  ) { (text) throws(Fault) in Secret(text) }

  package var operations: [Operation] {
    [
      Operation(
        .post, "/pairing", id: "request_pairing", topic: .access, summary: "Ask to be let in at the board",
        details: """
          Opens a window of a minute. The board's lights blink as often as the answer says; show the number, so that the \
          person at the board knows which request they let in with the button's pairing gesture. A second request in that \
          time cancels both. Three a minute for one address.
          """, access: .anyone, rate: .write, body: BodyDeclaration(RequestPairing.self),
        answer: .value(PairingView.self, status: 201), errors: [.conflict, .rateLimited]
      ) { call in
        let input = try await call.body(as: RequestPairing.self)
        try self.count(call.visit)
        let opened = try await self.desk.open(name: input.requester)
        return .value(
          PairingView(opened: opened), status: 201, location: "\(apiBase)/pairing/\(opened.id.exposed)",
          headers: [("Cache-Control", "no-store")])
      },
      Operation(
        .get, "/pairing/{id}", id: "get_pairing", topic: .access, summary: "How a request to be let in stands",
        details: "Once it is granted, the first answer holds the key, with read, queue and control. It is given once.",
        access: .anyone, rate: .read, parameters: [Self.id.declared], answer: .value(PairingStandingView.self),
        errors: [.notFound]
      ) { call in
        let id = try call.path(Self.id)
        guard let standing = try await self.desk.standing(of: id, fetches: call.request.method == .get) else {
          throw Fault(.notFound, "There is no such request to pair. Make a new one.")
        }
        return .value(PairingStandingView(standing: standing), headers: [("Cache-Control", "no-store")])
      },
    ]
  }

  private func count(_ visit: Visit) throws(Fault) {
    let now = clock.now
    let verdict = limiter.withLock { $0.take(.write, by: .address(visit.remote.network), now: now) }
    guard let verdict, !verdict.isAllowed else { return }
    throw Fault(
      .rateLimited, "Too many requests to pair came from this address. Try again in \(verdict.retryAfter) s.",
      retryAfter: verdict.retryAfter)
  }
}
