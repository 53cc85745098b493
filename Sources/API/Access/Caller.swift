package import Model

/// Who calls, and what they may see.
package struct Caller: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case key(KeyID, name: String)
    /// Nobody said who they are, and the operation does not ask.
    case nobody
  }

  package let kind: Kind
  package let permissions: Set<Permission>
  /// The printers that exist for this caller; nil is all of them.
  package let printers: Set<PrinterID>?
  /// The key that lets it in ends at some time.
  package let expires: Bool

  package init(kind: Kind, permissions: Set<Permission>, printers: Set<PrinterID>?, expires: Bool = false) {
    self.kind = kind
    self.permissions = permissions
    self.printers = printers
    self.expires = expires
  }

  package static let nobody = Caller(kind: .nobody, permissions: [], printers: [])

  package func sees(_ printer: PrinterID) -> Bool { printers?.contains(printer) ?? true }
}
