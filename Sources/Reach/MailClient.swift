import CCurl
package import Loop
package import Model
package import Wire

/// A server that takes mail (RFC 5321), and how to speak to it.
package struct MailServer: Hashable, Sendable {
  package enum Security: String, Hashable, Sendable, CaseIterable {
    /// TLS from the first byte (RFC 8314); port 465.
    case tls
    /// TLS by STARTTLS, or nothing is sent; port 587.
    case starttls
    /// In the clear, and without a password; port 25.
    case none

    package var standardPort: Int {
      switch self {
      case .tls: 465
      case .starttls: 587
      case .none: 25
      }
    }
  }

  package var host: HostName
  package var port: PortNumber
  package var security: Security
  package var user: String?
  package var password: Secret?

  package init(host: HostName, port: PortNumber, security: Security, user: String? = nil, password: Secret? = nil) {
    self.host = host
    self.port = port
    self.security = security
    self.user = user
    self.password = password
  }
}

/// Hands messages to a mail server. A name is looked up once and held against the rule, as `WebClient` does.
package final class MailClient: Sendable {
  private let threads: ReachThreads
  private let rule: @Sendable () -> AddressRule
  private let lookups: NameLookups

  package init(
    threads: ReachThreads, rule: @escaping @Sendable () -> AddressRule,
    lookup: @escaping NameResolver.Lookup = NameResolver.system
  ) {
    self.threads = threads
    self.rule = rule
    lookups = NameLookups(lookup)
  }

  /// Returns when the server has taken the message.
  package func send(
    _ message: MailMessage, by server: MailServer, bounds: WebBounds = WebBounds(deadline: .seconds(60))
  ) async throws(ReachError) {
    let rule = rule()
    let result = await threads.run { [lookups] control in
      Result { () throws(ReachError) in
        try MailExchange(
          message: message, server: server, bounds: bounds, rule: rule, lookups: lookups, control: control
        ).run()
      }
    }
    try result.get()
  }
}

/// One message on its way; blocks its thread.
private struct MailExchange {
  let message: MailMessage
  let server: MailServer
  let bounds: WebBounds
  let rule: AddressRule
  let lookups: NameLookups
  let control: WorkControl

  func run() throws(ReachError) {
    let end = ContinuousClock.now + bounds.deadline
    let found = try lookups.addresses(of: server.host, within: bounds.connect.wholeSecondsUp)
    let allowed = found.filter { rule.allows($0, port: server.port) }
    guard !allowed.isEmpty else {
      throw .notAllowed(found.first.flatMap { rule.objection(to: $0, port: server.port) } ?? "cannot be used")
    }
    var last = ReachError.notConnected
    for peer in allowed {
      let remaining = end - ContinuousClock.now
      guard remaining > .zero else { throw .timeout }
      do throws(ReachError) {
        return try send(to: peer, remaining: remaining)
      } catch {
        guard error == .notConnected else { throw error }
        last = error
      }
    }
    throw last
  }

  private func send(to peer: HostName, remaining: Duration) throws(ReachError) {
    let handle = try CurlHandle()
    let exchange = CurlExchange(
      body: try OpenBody(.bytes(message.bytes, type: "message/rfc822")), control: control, bodyLimit: 4096,
      headerRoom: bounds.headerBytes)
    handle.setCommon(bounds, remaining: remaining)
    // libcurl says QUIT when it closes a connection, and waits two minutes for a server that has fallen silent.
    handle.set(CURLOPT_FORBID_REUSE, 1)
    exchange.end = .now + remaining
    let isImplicit = server.security == .tls
    let host = server.host.text.contains(":") ? "[\(server.host.text)]" : server.host.text
    handle.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    handle.set(CURLOPT_URL, "\(isImplicit ? "smtps" : "smtp")://\(host):\(server.port)/layerberry")
    handle.set(CURLOPT_CONNECT_TO, list: [peer.asConnectionTarget(port: server.port)])
    handle.setTrust(authorities: rule.authorities, pinned: nil)
    handle.set(CURLOPT_USE_SSL, server.security == .none ? ccurl_ssl_none : ccurl_ssl_all)
    if server.security != .none, let user = server.user, let password = server.password {
      handle.set(CURLOPT_USERNAME, user)
      handle.set(CURLOPT_PASSWORD, password.exposed)
    }
    handle.set(CURLOPT_MAIL_FROM, "<\(message.from)>")
    handle.set(CURLOPT_MAIL_RCPT, list: message.to.map { "<\($0)>" })
    handle.set(CURLOPT_UPLOAD, 1)
    let code = handle.perform(exchange)
    // Taken, whatever becomes of the goodbye.
    guard code != CURLE_OK else { return }
    if let reason = exchange.reason { throw reason }
    let reply = handle.responseCode
    // A server that says no is told from one that breaks off: by the code of its last reply.
    let isNetwork = [
      CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT, CURLE_PEER_FAILED_VERIFICATION, CURLE_LOGIN_DENIED,
      CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR, CURLE_ABORTED_BY_CALLBACK,
    ].contains { $0 == code }
    if !isNetwork, (400..<600).contains(reply) { throw .mailRefused(code: reply) }
    throw ReachError(code)
  }
}
