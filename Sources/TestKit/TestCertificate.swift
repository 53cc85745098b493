import COpenSSL
import Glibc

/// A key with its certificate, made at once for one test: a CA, an intermediate or a printer's leaf.
package final class TestCertificate: @unchecked Sendable {
  // Unchecked: both pointers are written in init only, and OpenSSL locks what it caches in them.
  package let certificate: OpaquePointer
  package let key: OpaquePointer

  package enum Role: Sendable {
    /// A CA as the maker's old root is: without key usage.
    case authority
    case leaf
  }

  package enum KeyKind: Sendable { case ec, rsa }

  /// - Parameters:
  ///   - issuer: nil signs itself.
  ///   - validDays: days from now at which validity begins and ends.
  package init(
    commonName: String?, role: Role = .leaf, issuer: TestCertificate? = nil, key kind: KeyKind = .ec,
    validDays: ClosedRange<Int> = -1...365
  ) throws {
    guard let key = Self.makeKey(kind), let certificate = X509_new() else { throw TestKitError("no key") }
    X509_set_version(certificate, 2)
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), UInt64.random(in: 1...UInt64(Int64.max)))
    X509_gmtime_adj(X509_getm_notBefore(certificate), validDays.lowerBound * 86_400)
    X509_gmtime_adj(X509_getm_notAfter(certificate), validDays.upperBound * 86_400)
    let subject = X509_get_subject_name(certificate)
    if let commonName {
      // With its length, so that a zero byte inside stays inside.
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, commonName, Int32(commonName.utf8.count), -1, 0)
    }
    X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, "Layerberry tests", -1, -1, 0)
    X509_set_issuer_name(certificate, issuer.map { X509_get_subject_name($0.certificate) } ?? subject)
    X509_set_pubkey(certificate, key)
    if role == .authority, let constraints = X509V3_EXT_conf_nid(nil, nil, NID_basic_constraints, "critical,CA:TRUE") {
      X509_add_ext(certificate, constraints, -1)
      X509_EXTENSION_free(constraints)
    }
    guard X509_sign(certificate, issuer?.key ?? key, EVP_sha256()) > 0 else { throw TestKitError("not signed") }
    self.certificate = certificate
    self.key = key
  }

  deinit {
    X509_free(certificate)
    EVP_PKEY_free(key)
  }

  private static func makeKey(_ kind: KeyKind) -> OpaquePointer? {
    let context = EVP_PKEY_CTX_new_id(kind == .ec ? EVP_PKEY_EC : EVP_PKEY_RSA, nil)
    defer { EVP_PKEY_CTX_free(context) }
    guard EVP_PKEY_keygen_init(context) == 1 else { return nil }
    switch kind {
    case .ec: EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1)
    case .rsa: EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048)
    }
    var key: OpaquePointer?
    return EVP_PKEY_keygen(context, &key) == 1 ? key : nil
  }

  /// SHA-256 of the public key (SPKI), 64 lower-case hex digits.
  package var fingerprint: String {
    var encoded: UnsafeMutablePointer<UInt8>?
    let length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded)
    guard length > 0, let encoded else { return "" }
    defer { CRYPTO_free(encoded, #file, #line) }
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    _ = SHA256(encoded, Int(length), &digest)
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  package var certificatePEM: String { Self.text { PEM_write_bio_X509($0, certificate) } }

  package var keyPEM: String { Self.text { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) } }

  private static func text(_ write: (OpaquePointer?) -> Int32) -> String {
    let sink = BIO_new(BIO_s_mem())
    defer { BIO_free(sink) }
    guard write(sink) == 1 else { return "" }
    var bytes = [UInt8](repeating: 0, count: 16 * 1024)
    let count = BIO_read(sink, &bytes, Int32(bytes.count))
    return String(decoding: bytes.prefix(Int(max(0, count))), as: UTF8.self)
  }
}

/// What a test needed and could not have.
package struct TestKitError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
