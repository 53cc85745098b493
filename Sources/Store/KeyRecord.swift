package import Model

/// An API key as it is kept: all but the key itself.
package struct KeyRecord: Hashable, Sendable {
  package var id: KeyID
  package var name: String
  package var permissions: Set<Permission>
  /// nil is all printers, empty is none.
  package var printerIDs: Set<PrinterID>?
  package var expiresAt: Timestamp?
  /// At most 10 minutes behind.
  package var lastUsedAt: Timestamp?
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
}

/// What a person says of a key.
package struct KeyGrant: Hashable, Sendable {
  package var name: String
  package var permissions: Set<Permission>
  package var printerIDs: Set<PrinterID>?
  package var expiresAt: Timestamp?

  package init(
    name: String, permissions: Set<Permission>, printerIDs: Set<PrinterID>? = nil, expiresAt: Timestamp? = nil
  ) {
    self.name = name
    self.permissions = permissions
    self.printerIDs = printerIDs
    self.expiresAt = expiresAt
  }
}

/// When keys were last used, gathered until writing it is due (contract, section 8: at most every 10 minutes).
package struct KeyUses: Hashable, Sendable {
  package static let interval = 600.0
  /// Keys that are remembered. When full, further keys wait for the next batch.
  package static let limit = 1_024

  private var uses: [KeyID: Timestamp] = [:]
  private var since: Timestamp?

  package init() {}

  package mutating func note(_ id: KeyID, at now: Timestamp) {
    guard uses[id] != nil || uses.count < Self.limit else { return }
    uses[id] = now
    if since == nil { since = now }
  }

  package func isDue(_ now: Timestamp) -> Bool { since.map { now.seconds(since: $0) >= Self.interval } ?? false }

  /// What is to be written now; gathering begins anew.
  package mutating func take() -> [KeyID: Timestamp] {
    defer { self = KeyUses() }
    return uses
  }
}
