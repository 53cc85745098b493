import CCurl
package import Loop
import Model
import Wire

/// Asks servers outside over HTTP and HTTPS, by the rule of the contract, section 5 ("Notifications and webhooks"): private
/// and loopback addresses yes, the service's own ports, link-local and multicast ones never.
///
/// The name is looked up once for each host, every address is held against the rule, and to one of those that passed the
/// connection is made: a name server that says something else a moment later changes nothing. A redirect begins this anew.
package final class WebClient: Sendable {
  private let threads: ReachThreads
  private let rule: @Sendable () -> AddressRule
  private let lookups: NameLookups

  /// - Parameters:
  ///   - rule: asked for each request, as settings change it.
  ///   - lookup: another one in tests.
  package init(
    threads: ReachThreads, rule: @escaping @Sendable () -> AddressRule,
    lookup: @escaping NameResolver.Lookup = NameResolver.system
  ) {
    self.threads = threads
    self.rule = rule
    lookups = NameLookups(lookup)
  }

  /// The answer, whatever its status.
  package func perform(_ request: WebRequest) async throws(ReachError) -> WebAnswer {
    let rule = rule()
    let result = await threads.run { [lookups] control in
      Result { () throws(ReachError) in
        try WebExchange(request: request, rule: rule, lookups: lookups, control: control).run()
      }
    }
    return try result.get()
  }
}

/// One request with its redirects; blocks its thread.
struct WebExchange {
  let request: WebRequest
  let rule: AddressRule
  let lookups: NameLookups
  let control: WorkControl

  func run() throws(ReachError) -> WebAnswer {
    let end = ContinuousClock.now + request.bounds.deadline
    var address = request.address
    var method = request.method
    var carriesBody = true
    var headerRoom = request.bounds.headerBytes
    for _ in 0...WebBounds.redirects {
      let isHome = address.hasSameOrigin(as: request.address)
      if carriesBody, request.bodyIsSecret, !isHome { throw .secretWouldLeave }
      let body = carriesBody ? try OpenBody(request.body) : nil
      let answer = try ask(address, method, body, isHome: isHome, until: end, &headerRoom)
      guard Self.redirects.contains(answer.status), let location = answer["location"] else { return answer }
      guard let next = address.joined(location) else { throw .badRedirect }
      // From TLS into the clear is no way to go.
      guard next.place.scheme.isEncrypted || !address.place.scheme.isEncrypted else { throw .badRedirect }
      address = next
      // "See other" is the one that means another method (RFC 9110, section 15.4.4); a message that was meant to arrive
      // keeps its body on the others.
      if answer.status == 303 {
        if method != .head { method = .get }
        carriesBody = false
      }
    }
    throw .tooManyRedirects
  }

  private static let redirects: Set<Int> = [301, 302, 303, 307, 308]

  /// Tries the host's addresses in turn until one takes the connection.
  private func ask(
    _ address: WebAddress, _ method: WebRequest.Method, _ body: OpenBody?, isHome: Bool,
    until end: ContinuousClock.Instant, _ headerRoom: inout Int
  ) throws(ReachError) -> WebAnswer {
    let place = address.place
    let found = try lookups.addresses(of: place.host, within: try remaining(end).wholeSecondsUp)
    let allowed = found.filter { rule.allows($0, port: place.port) }
    guard !allowed.isEmpty else {
      throw .notAllowed(found.first.flatMap { rule.objection(to: $0, port: place.port) } ?? WebAddress.expectation)
    }
    var last = ReachError.notConnected
    for peer in allowed {
      let exchange = CurlExchange(
        body: body, control: control, bodyLimit: request.bounds.bodyBytes, headerRoom: headerRoom,
        take: request.take)
      exchange.sent = request.sent
      let handle = try CurlHandle()
      try prepare(handle, address, peer: peer, method, body, isHome: isHome, remaining: try remaining(end))
      let code = handle.perform(exchange)
      headerRoom = exchange.remainingHeaderRoom
      if let reason = exchange.reason { throw reason }
      guard code == CURLE_OK || exchange.isCut else {
        last = ReachError(code)
        // Only what has surely not been sent is tried at the next address.
        guard last == .notConnected else { throw last }
        continue
      }
      return WebAnswer(
        status: handle.responseCode, headers: exchange.headers, body: exchange.received, isCut: exchange.isCut)
    }
    throw last
  }

  private func remaining(_ end: ContinuousClock.Instant) throws(ReachError) -> Duration {
    if control.isCancelled { throw .cancelled }
    let remaining = end - ContinuousClock.now
    guard remaining > .zero else { throw .timeout }
    return remaining
  }

  private func prepare(
    _ handle: CurlHandle, _ address: WebAddress, peer: HostName, _ method: WebRequest.Method, _ body: OpenBody?,
    isHome: Bool, remaining: Duration
  ) throws(ReachError) {
    let place = address.place
    handle.setCommon(request.bounds, remaining: remaining)
    handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
    handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    handle.set(CURLOPT_URL, "\(place.scheme.rawValue)://\(address.hostInURL):\(place.port)\(place.target.exposed)")
    handle.set(CURLOPT_CONNECT_TO, list: [peer.asConnectionTarget(port: place.port)])
    handle.setTrust(
      authorities: rule.authorities, pinned: place.pinned.map { "sha256//\(Base64.encode($0.bytes))" })
    var headers = request.headers.map { "\($0.name): \($0.value)" }
    if isHome {
      headers += request.secretHeaders.map { "\($0.name): \($0.value.exposed)" }
      headers += authenticate(handle)
    }
    switch method {
    case .get: handle.set(CURLOPT_HTTPGET, 1)
    case .head: handle.set(CURLOPT_NOBODY, 1)
    case .post, .put, .patch, .delete:
      handle.set(CURLOPT_POST, 1)
      handle.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body?.size ?? 0)
      handle.set(CURLOPT_CUSTOMREQUEST, method == .post ? nil : method.rawValue)
      // libcurl's own guess would be a form's.
      headers.append("Content-Type:" + (body?.type.map { " \($0)" } ?? ""))
      // Waiting for "100 Continue" costs a second where a server does not know it.
      headers.append("Expect:")
    }
    // A line break would begin another header.
    guard headers.allSatisfy({ !$0.utf8.contains { $0 < 0x20 && $0 != 0x09 } }) else { throw .broken }
    handle.set(CURLOPT_USERAGENT, "layerberry")
    handle.set(CURLOPT_HTTPHEADER, list: headers)
  }

  /// - Returns: headers that belong to it.
  private func authenticate(_ handle: CurlHandle) -> [String] {
    func set(_ user: String, _ password: Secret, _ kind: UInt) {
      handle.set(CURLOPT_USERNAME, user)
      handle.set(CURLOPT_PASSWORD, password.exposed)
      handle.set(CURLOPT_HTTPAUTH, Int(bitPattern: kind))
    }
    let basic: UInt = 1 << 0  // CURLAUTH_BASIC, a macro with a cast
    let digest: UInt = 1 << 1  // CURLAUTH_DIGEST
    switch request.authentication {
    case .ofAddress:
      if let credentials = request.address.place.credentials { set(credentials.user, credentials.password, basic) }
    case .basic(let user, let password): set(user, password, basic)
    case .digest(let user, let password): set(user, password, digest)
    case .bearer(let token): return ["Authorization: Bearer \(token.exposed)"]
    }
    return []
  }
}

extension HostName {
  /// For libcurl: whatever host and port the URL names, connect to this address.
  func asConnectionTarget(port: PortNumber) -> String { "::" + (text.contains(":") ? "[\(text)]" : text) + ":\(port)" }
}
