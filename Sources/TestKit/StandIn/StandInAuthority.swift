import COpenSSL

/// An authority of a test's own in a folder under its hashed name, as OpenSSL looks for it, and what it has issued.
package struct StandInAuthority: Sendable {
  package let folder: TemporaryFolder
  private let root: TestCertificate

  package init() throws {
    folder = try TemporaryFolder()
    root = try TestCertificate(commonName: "Layerberry test authority", role: .authority)
    let hash = String(X509_subject_name_hash(root.certificate), radix: 16)
    try folder.write(root.certificatePEM, as: String(repeating: "0", count: 8 - hash.count) + hash + ".0")
  }

  /// For a server that is called so.
  package func certificate(for name: String) throws -> TestCertificate {
    try TestCertificate(commonName: name, issuer: root)
  }

  package var path: String { folder.path }
}
