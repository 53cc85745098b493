import COpenSSL
import Glibc

/// Makes keys and certificates with OpenSSL. Every pointer that leaves here is owned by who gets it.
enum X509Maker {
  enum KeyKind { case rsa2048, p256 }

  struct Subject {
    var commonName: String
    var organization: String?
  }

  static func makeKey(_ kind: KeyKind) throws(SimulatorError) -> OpaquePointer {
    let id = kind == .rsa2048 ? EVP_PKEY_RSA : EVP_PKEY_EC
    guard let context = EVP_PKEY_CTX_new_id(id, nil) else { throw failure("a key") }
    defer { EVP_PKEY_CTX_free(context) }
    guard EVP_PKEY_keygen_init(context) > 0 else { throw failure("a key") }
    let set =
      kind == .rsa2048
      ? EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048)
      : EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1)
    var key: OpaquePointer?
    guard set > 0, EVP_PKEY_keygen(context, &key) > 0, let key else { throw failure("a key") }
    return key
  }

  /// A certificate for `subject`, signed by `issuer`, or by itself. CAs get no key usage, like the maker's old root.
  static func makeCertificate(
    _ subject: Subject, key: OpaquePointer, issuer: (certificate: OpaquePointer, key: OpaquePointer)?,
    isAuthority: Bool, days: ClosedRange<Int>
  ) throws(SimulatorError) -> OpaquePointer {
    guard let certificate = X509_new() else { throw failure("a certificate") }
    var number: Int64 = 0
    withUnsafeMutableBytes(of: &number) { _ = RAND_bytes($0.bindMemory(to: UInt8.self).baseAddress, 7) }
    let name = X509_NAME_new()
    defer { X509_NAME_free(name) }
    add("CN", subject.commonName, to: name)
    if let organization = subject.organization {
      add("O", organization, to: name)
      add("C", "CN", to: name)
    }
    var good = X509_set_version(certificate, 2) == 1
    good = good && ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate), abs(number) + 1) == 1
    good = good && X509_set_subject_name(certificate, name) == 1
    let issuerName = issuer.map { X509_get_subject_name($0.certificate) } ?? name
    good = good && X509_set_issuer_name(certificate, issuerName) == 1
    good = good && X509_gmtime_adj(X509_getm_notBefore(certificate), days.lowerBound * 86_400) != nil
    good = good && X509_gmtime_adj(X509_getm_notAfter(certificate), days.upperBound * 86_400) != nil
    good = good && X509_set_pubkey(certificate, key) == 1
    if isAuthority {
      let constraint = X509V3_EXT_conf_nid(nil, nil, NID_basic_constraints, "critical,CA:TRUE")
      defer { X509_EXTENSION_free(constraint) }
      good = good && constraint != nil && X509_add_ext(certificate, constraint, -1) == 1
    }
    guard good, X509_sign(certificate, issuer?.key ?? key, EVP_sha256()) > 0 else {
      X509_free(certificate)
      throw failure("a certificate")
    }
    return certificate
  }

  static func pem(certificate: OpaquePointer) -> [UInt8] {
    bytes { PEM_write_bio_X509($0, certificate) }
  }

  static func pem(key: OpaquePointer) -> [UInt8] {
    bytes { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
  }

  static func readCertificate(_ pem: [UInt8]) -> OpaquePointer? {
    reading(pem) { PEM_read_bio_X509($0, nil, nil, nil) }
  }

  static func readKey(_ pem: [UInt8]) -> OpaquePointer? {
    reading(pem) { PEM_read_bio_PrivateKey($0, nil, nil, nil) }
  }

  private static func reading(_ pem: [UInt8], _ read: (OpaquePointer?) -> OpaquePointer?) -> OpaquePointer? {
    // The reader keeps the pointer.
    pem.withUnsafeBytes { pem in
      guard let memory = BIO_new_mem_buf(pem.baseAddress, Int32(pem.count)) else { return nil }
      defer { BIO_free(memory) }
      return read(memory)
    }
  }

  private static func bytes(_ write: (OpaquePointer?) -> Int32) -> [UInt8] {
    guard let memory = BIO_new(BIO_s_mem()) else { return [] }
    defer { BIO_free(memory) }
    guard write(memory) == 1 else { return [] }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = BIO_read(memory, &chunk, Int32(chunk.count))
      guard count > 0 else { return all }
      all.append(contentsOf: chunk[..<Int(count)])
    }
  }

  private static func add(_ field: String, _ value: String, to name: OpaquePointer?) {
    let asciiForm: Int32 = 0x1001
    X509_NAME_add_entry_by_txt(name, field, asciiForm, Array(value.utf8), Int32(value.utf8.count), -1, 0)
  }

  static func failure(_ what: String) -> SimulatorError {
    var text = [CChar](repeating: 0, count: 256)
    ERR_error_string_n(ERR_get_error(), &text, text.count)
    return SimulatorError(
      "OpenSSL does not make \(what): \(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))"
    )
  }
}
