package import Model
package import Store

/// Who calls, and what they may see.
package struct Caller: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case key(KeyID, name: String)
    /// A person who signed in with the board's password.
    case session(SessionID)
    /// Somebody in a network that the owner trusts (`auth.mode` is `open`).
    case open
    /// Nobody said who they are, and the operation does not ask.
    case nobody
  }

  package let kind: Kind
  package let permissions: Set<Permission>
  /// The printers that exist for this caller; nil is all of them.
  package let printers: Set<PrinterID>?
  /// When the key that lets it in ends; nil is never.
  package let expiresAt: Timestamp?

  package init(
    kind: Kind, permissions: Set<Permission>, printers: Set<PrinterID>?, expiresAt: Timestamp? = nil
  ) {
    self.kind = kind
    self.permissions = permissions
    self.printers = printers
    self.expiresAt = expiresAt
  }

  package static let nobody = Caller(kind: .nobody, permissions: [], printers: [])
  /// All but `admin`, without a key (contract, section 3).
  package static let open = Caller(
    kind: .open, permissions: Set(Permission.allCases).subtracting([.admin]), printers: nil)

  static func session(_ id: SessionID) -> Caller {
    Caller(kind: .session(id), permissions: Set(Permission.allCases), printers: nil)
  }

  package func sees(_ printer: PrinterID) -> Bool { printers?.contains(printer) ?? true }

  /// For logs; no name that somebody chose.
  var label: String {
    switch kind {
    case .key(let id, _): "key \(id)"
    case .session(let id): "session \(id)"
    case .open: "open"
    case .nobody: "nobody"
    }
  }

  /// What has no printer is shared; what was printed by one that is gone is for those who see all (contract, section 3).
  package func sees(_ record: ArchiveRecord) -> Bool {
    record.printerID.map(sees) ?? (printers == nil || record.status == nil)
  }

  /// The printers that exist for this caller, in order; nil is all of them.
  package var visible: [PrinterID]? { printers?.sorted() }

  /// Whether somebody has shown who they are.
  var isKnown: Bool {
    switch kind {
    case .key, .session: true
    case .open, .nobody: false
    }
  }
}
