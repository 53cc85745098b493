/// Whether a request comes from a page that has no business here (contract, section 3).
///
/// A browser sends cookies and reaches private addresses for any page that asks; it names the page in `Origin` or says in
/// `Sec-Fetch-Site` how far away it is. Programs send neither.
package struct OriginRule: Sendable {
  package enum Verdict: Hashable, Sendable {
    case passes
    /// Refused, unless the request carries a valid key.
    case foreign
  }

  /// Pages elsewhere that may call (`api.cors_origins`).
  package let granted: Set<WebOrigin>

  package init(granted: Set<WebOrigin>) { self.granted = granted }

  /// - Parameters:
  ///   - origins: the values of `Origin`; more than one is no browser's work.
  ///   - site: `Sec-Fetch-Site`.
  ///   - own: the origins that the service is reached by in this request.
  package func judge(origins: [String], site: String?, own: [WebOrigin]) -> Verdict {
    guard origins.isEmpty else {
      let isKnown = origins.allSatisfy { text in
        WebOrigin(text).map { own.contains($0) || granted.contains($0) } ?? false
      }
      return isKnown ? .passes : .foreign
    }
    return switch site {
    case "cross-site", "same-site": .foreign
    default: .passes
    }
  }

  /// The origins by which a page of ours may have been reached: where `Host` has no port, that of the scheme or the one
  /// that the service listens on, as old clients leave it out.
  package static func own(_ host: Authority, scheme: String, port: Int) -> [WebOrigin] {
    if let named = host.port { return [WebOrigin(scheme: scheme, host: host.host, port: named)] }
    return [
      WebOrigin(scheme: scheme, host: host.host, port: WebOrigin.standardPort(scheme)),
      WebOrigin(scheme: scheme, host: host.host, port: port),
    ]
  }
}
