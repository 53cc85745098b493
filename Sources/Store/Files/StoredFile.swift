package import Model

/// A file of the vault, held: it stays for as long as somebody has this, whatever becomes of the records that use it.
package final class StoredFile: Sendable {
  package let hash: ContentHash
  package let bytes: Int64
  /// Where it lies. To be read, never written.
  package let path: String
  private let vault: FileVault

  init(hash: ContentHash, bytes: Int64, vault: FileVault) {
    self.hash = hash
    self.bytes = bytes
    path = vault.path(of: hash)
    self.vault = vault
    vault.hold(hash)
  }

  deinit { vault.release(hash) }
}
