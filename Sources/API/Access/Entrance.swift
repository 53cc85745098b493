import HTTPServer
import Model
import NIOHTTP1
import Rules
import Synchronization

/// Everything that a request passes before its operation runs, in this order: the name it asks for, the page it comes from,
/// who sends it, how often (contract, sections 3 and 4).
package final class Entrance: Sendable {
  private let gate: AccessGate
  private let door: HostDoor
  private let meter: RateMeter
  private let port: Int
  private let current: Mutex<AccessPolicy>

  /// - Parameter port: where the service listens.
  package init(gate: AccessGate, door: HostDoor, meter: RateMeter, policy: AccessPolicy, port: Int) {
    self.gate = gate
    self.door = door
    self.meter = meter
    self.port = port
    current = Mutex(policy)
    meter.set(policy.limits)
  }

  package var policy: AccessPolicy { current.withLock { $0 } }

  /// Other settings hold from the next request on.
  package func set(_ policy: AccessPolicy) {
    current.withLock { $0 = policy }
    meter.set(policy.limits)
    door.refresh()
  }

  /// Lets the caller in.
  ///
  /// - Throws: `Fault`: 400 for the format, 401, 403, 421, 429.
  func admit(_ passage: inout Passage, standardFormat: ReplyFormat) async throws -> Caller {
    do {
      return try await check(&passage, standardFormat)
    } catch {
      // What is refused counts, too; by address, as nobody has shown who they are.
      guard !passage.isCounted else { throw error }
      if let fault = passage.count(by: .address(passage.visit.remote.network), on: meter) { throw fault }
      throw error
    }
  }

  /// Counts on its address what is refused before anything else is known of it.
  func count(_ passage: inout Passage) {
    _ = passage.count(by: .address(passage.visit.remote.network), on: meter)
  }

  private func check(_ passage: inout Passage, _ standardFormat: ReplyFormat) async throws -> Caller {
    let request = passage.request
    let operation = passage.operation
    let format = Result { () throws(Fault) in
      try ReplyFormat.wanted(by: request, for: operation, otherwise: standardFormat)
    }
    // A refusal at the door is shown as it was asked for, where that can be told.
    if case .success(let format) = format { passage.format = format }
    guard door.admits(request.host) else { throw Self.misdirected }
    _ = try format.get()
    let takesQuery = operation?.takesKeyInQuery ?? false
    if !passage.isSafe || operation?.answer.isWebSocket == true {
      try await refuseForeignPages(passage, keyInQuery: takesQuery)
    }
    let identity = try await gate.identify(request, inQuery: takesQuery)
    let access = operation?.access ?? .anyone
    let admission: Result<Caller, Fault>
    do throws(Fault) {
      admission = .success(try gate.admit(identity, to: access, isOpen: passage.policy.isOpen))
    } catch {
      admission = .failure(error)
    }
    let fault = passage.count(by: Passage.subject(identity, of: passage.visit, for: operation), on: meter)
    let caller = try? admission.get()
    passage.caller = caller
    if let fault {
      guard caller != nil, try await passage.isEmergency() else { throw fault }
    }
    return try admission.get()
  }

  private func refuseForeignPages(_ passage: Passage, keyInQuery: Bool) async throws {
    let headers = passage.request.headers
    let host = passage.visit.host.flatMap(Authority.init)
    let own = host.map { OriginRule.own($0, scheme: passage.visit.scheme, port: port) } ?? []
    let verdict = passage.policy.origins.judge(
      origins: headers["Origin"], site: headers.first(name: "Sec-Fetch-Site"), own: own)
    guard verdict == .foreign, try await !gate.hasValidKey(passage.request, inQuery: keyInQuery) else { return }
    throw Fault(
      .forbidden,
      "The request comes from a page of another origin. Add that origin to the setting api.cors_origins, or send a key."
    )
  }

  private static let misdirected = Fault(
    .forbidden,
    "The service does not go by this name. Use the board's address or host name, or add it to api.allowed_hosts.",
    status: 421)
}
