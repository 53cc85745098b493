import COpenSSL
import Glibc

/// The test root, its intermediate, and the printers' keys. All keys are kept in the folder, so that a restart is
/// quick and fingerprints stay.
final class CertificateAuthority {
  /// A certificate and its key; freed with this object.
  final class Identity {
    let certificate: OpaquePointer
    let key: OpaquePointer

    init(certificate: OpaquePointer, key: OpaquePointer) {
      self.certificate = certificate
      self.key = key
    }

    deinit {
      X509_free(certificate)
      EVP_PKEY_free(key)
    }
  }

  private let folder: String
  private let root: Identity
  private let intermediate: Identity
  /// The root, for a trust folder.
  let rootPEM: [UInt8]

  private static let organization = "BBL Technologies Co., Ltd"
  private static let longLife = -30...3650

  init(folder: String) throws(SimulatorError) {
    try Files.makeFolder(folder)
    self.folder = folder
    root = try Self.kept(
      in: folder, name: "root", subject: .init(commonName: "BBL CA", organization: Self.organization), issuer: nil)
    intermediate = try Self.kept(
      in: folder, name: "intermediate",
      subject: .init(commonName: "BBL Device CA C12-V2", organization: Self.organization), issuer: root)
    rootPEM = X509Maker.pem(certificate: root.certificate)
  }

  /// What a printer of this serial number shows, and what it sends along.
  func identity(serial: String, variant: CertificateVariant) throws(SimulatorError) -> (
    leaf: Identity, chain: [Identity]
  ) {
    let fresh = variant == .otherKey || variant == .otherSelfSigned
    let key = try Self.keptKey(in: folder, name: fresh ? "\(serial)-other" : serial, kind: .p256)
    let issuer: Identity? =
      switch variant {
      case .selfSigned, .otherSelfSigned: nil
      case .direct: root
      default: intermediate
      }
    let name = variant == .otherSerial ? Self.otherSerial(than: serial) : serial
    let certificate = try X509Maker.makeCertificate(
      .init(commonName: name), key: key, issuer: issuer.map { ($0.certificate, $0.key) }, isAuthority: false,
      days: variant == .expired ? -400 ... -1 : Self.longLife)
    let sendsIntermediate = issuer === intermediate && variant != .withoutIntermediate
    return (Identity(certificate: certificate, key: key), sendsIntermediate ? [intermediate] : [])
  }

  /// The same serial number but for its last digit.
  static func otherSerial(than serial: String) -> String {
    String(serial.dropLast()) + (serial.last == "9" ? "8" : "9")
  }

  private static func kept(
    in folder: String, name: String, subject: X509Maker.Subject, issuer: Identity?
  ) throws(SimulatorError) -> Identity {
    let key = try keptKey(in: folder, name: name, kind: .rsa2048)
    let path = "\(folder)/\(name).pem"
    if let stored = Files.read(path), let certificate = X509Maker.readCertificate(stored) {
      return Identity(certificate: certificate, key: key)
    }
    let certificate = try X509Maker.makeCertificate(
      subject, key: key, issuer: issuer.map { ($0.certificate, $0.key) }, isAuthority: true, days: longLife)
    try Files.write(X509Maker.pem(certificate: certificate), to: path)
    return Identity(certificate: certificate, key: key)
  }

  private static func keptKey(
    in folder: String, name: String, kind: X509Maker.KeyKind
  ) throws(SimulatorError) -> OpaquePointer {
    let path = "\(folder)/\(name).key"
    if let stored = Files.read(path), let key = X509Maker.readKey(stored) { return key }
    let key = try X509Maker.makeKey(kind)
    try Files.write(X509Maker.pem(key: key), to: path)
    return key
  }
}
