import NIOHTTP1
import Store
package import HTTPServer
import Model
package import Service

/// Lets a request in, or says why not (contract, section 3).
package struct AccessGate: Sendable {
  private let keys: KeyRing

  package init(keys: KeyRing) { self.keys = keys }

  /// Who calls; throws 401 without a valid key, 403 where the key lacks the permission.
  package func admit(_ request: HTTPRequest, to operation: Operation) async throws -> Caller {
    guard case .permission(let needed) = operation.access else { return .nobody }
    guard let presented = Self.presentedKey(request, inQuery: operation.takesKeyInQuery) else {
      throw Fault(
        .unauthorized, "This needs an API key in the header X-API-Key. Make one with: layerberry key create.")
    }
    guard let record = try await keys.record(presenting: presented) else {
      throw Fault(.unauthorized, "The API key is not valid: it is unknown, deleted or has expired.")
    }
    guard record.permissions.contains(needed) else {
      throw Fault(.forbidden, "The API key lacks the permission “\(needed.rawValue)”.")
    }
    return Caller(
      kind: .key(record.id, name: record.name), permissions: record.permissions, printers: record.printerIDs,
      expires: record.expiresAt != nil)
  }

  /// The key that a request presents: a header first, the query only where a browser can set no header.
  static func presentedKey(_ request: HTTPRequest, inQuery: Bool) -> Secret? {
    if let key = request.headers.first(name: "X-API-Key") { return Secret(trimmed(key)) }
    if let authorization = request.headers.first(name: "Authorization") {
      let parts = authorization.split(separator: " ", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == "bearer" { return Secret(trimmed(String(parts[1]))) }
    }
    guard inQuery, let key = request.target.query.last(where: { $0.name == "api_key" })?.value else { return nil }
    return Secret(key)
  }
}

extension Operation {
  /// `<img>` and a browser's WebSocket can set no header (contract, section 3).
  var takesKeyInQuery: Bool {
    if case .webSocket = answer.form { return true }
    return false
  }
}
