import HTTPServer
import Model
import NIOHTTP1
package import Service
import Store

/// Lets a request in, or says why not (contract, section 3).
package struct AccessGate: Sendable {
  /// Who a request says it is.
  enum Identity: Sendable {
    case known(Caller)
    /// It shows nothing.
    case nobody
    /// It shows a key that opens nothing.
    case wrongKey
  }

  private let keys: KeyRing
  private let sessions: SessionBook

  package init(keys: KeyRing, sessions: SessionBook) {
    self.keys = keys
    self.sessions = sessions
  }

  /// - Parameter inQuery: a key in the query counts, too.
  func identify(_ request: HTTPRequest, inQuery: Bool) async throws -> Identity {
    if let key = Credentials.headerKey(request) ?? (inQuery ? Credentials.queryKey(request) : nil) {
      return try await caller(with: key).map(Identity.known) ?? .wrongKey
    }
    guard let token = Credentials.session(request), let id = try await sessions.session(presenting: token) else {
      return .nobody
    }
    return .known(.session(id))
  }

  /// Whether the request carries a valid key, which no foreign page can have (contract, section 3).
  func hasValidKey(_ request: HTTPRequest, inQuery: Bool) async throws -> Bool {
    guard let key = Credentials.headerKey(request) ?? (inQuery ? Credentials.queryKey(request) : nil) else {
      return false
    }
    return try await caller(with: key) != nil
  }

  /// Throws 401 where somebody unknown may not call, 403 where somebody known may not.
  func admit(_ identity: Identity, to access: Access, isOpen: Bool) throws(Fault) -> Caller {
    switch (access, identity) {
    case (.anyone, .known(let caller)): return caller
    case (.anyone, _): return .nobody
    case (_, .wrongKey):
      throw Fault(.unauthorized, "The API key is not valid: it is unknown, deleted or has expired.")
    case (.identity, .known(let caller)): return caller
    case (.identity, .nobody) where isOpen: return .open
    case (.session, .known(let caller)):
      guard case .session = caller.kind else {
        throw Fault(.forbidden, "This is for a signed-in person, not for an API key.")
      }
      return caller
    case (.session, .nobody), (.identity, .nobody):
      throw Fault(.unauthorized, "Sign in first: POST \(apiBase)/auth/login with the board's password.")
    case (.permission(let needed), .known(let caller)):
      guard caller.permissions.contains(needed) else {
        throw Fault(.forbidden, "The API key lacks the permission “\(needed.rawValue)”.")
      }
      return caller
    case (.permission(let needed), .nobody):
      if isOpen, needed != .admin { return .open }
      throw Fault(
        .unauthorized,
        "This needs an API key in the header X-API-Key, or a sign-in. Make a key with: layerberry key create.")
    }
  }

  private func caller(with key: Secret) async throws -> Caller? {
    guard let record = try await keys.record(presenting: key) else { return nil }
    return Caller(
      kind: .key(record.id, name: record.name), permissions: record.permissions, printers: record.printerIDs,
      expiresAt: record.expiresAt)
  }
}
