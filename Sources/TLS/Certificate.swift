import COpenSSL
package import Model

/// The two things that are read of a peer's certificate.
package enum Certificate {
  /// SHA-256 of the public key as it stands in the certificate (SPKI); nil when there is no memory for it.
  package static func fingerprint(of certificate: OpaquePointer) -> Fingerprint? {
    var encoded: UnsafeMutablePointer<UInt8>?
    let length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded)
    guard length > 0, let encoded else { return nil }
    defer { CRYPTO_free(encoded, nil, 0) }
    var digest = [UInt8](repeating: 0, count: 32)
    SHA256(encoded, Int(length), &digest)
    return Fingerprint(digest: digest)
  }

  /// The subject's common name in UTF-8; nil when there is none or more than one.
  static func commonName(of certificate: OpaquePointer) -> [UInt8]? {
    guard let subject = X509_get_subject_name(certificate) else { return nil }
    let first = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
    guard first >= 0, X509_NAME_get_index_by_NID(subject, NID_commonName, first) < 0 else { return nil }
    guard let entry = X509_NAME_get_entry(subject, first), let text = X509_NAME_ENTRY_get_data(entry) else {
      return nil
    }
    var utf8: UnsafeMutablePointer<UInt8>?
    let length = ASN1_STRING_to_UTF8(&utf8, text)
    guard length >= 0, let utf8 else { return nil }
    defer { CRYPTO_free(utf8, nil, 0) }
    return Array(UnsafeBufferPointer(start: utf8, count: Int(length)))
  }
}
