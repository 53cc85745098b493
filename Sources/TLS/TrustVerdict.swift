package import Model

/// What the one trust check found at a printer's port (contract, section 8).
///
/// Every fingerprint is that of the key which the peer offered. It may be relied on only once the handshake is complete:
/// before, the peer has shown a certificate and not that it holds its key.
package enum TrustVerdict: Hashable, Sendable {
  /// Issued for the serial number, and chained to a CA of the trust folder.
  case verified(Fingerprint)
  /// Issued for the serial number, with the pinned key; its validity period is not judged.
  case pinned(Fingerprint)
  /// Issued for the serial number, and nothing is pinned yet: the caller pins this key.
  case firstUse(Fingerprint)
  /// Made out to another serial number, or to none.
  case wrongSerial(offered: Fingerprint)
  /// Issued for the serial number with another key than the pinned one, and no chain.
  case changed(offered: Fingerprint)

  /// Whether the handshake may go on, and the access code with it.
  package var isAccepted: Bool {
    switch self {
    case .verified, .pinned, .firstUse: true
    case .wrongSerial, .changed: false
    }
  }

  /// The key that was offered.
  package var fingerprint: Fingerprint {
    switch self {
    case .verified(let key), .pinned(let key), .firstUse(let key), .wrongSerial(let key), .changed(let key): key
    }
  }
}
