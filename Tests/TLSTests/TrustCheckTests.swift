import COpenSSL
import Model
import TLS
import TestKit
import Testing

@Suite struct TrustCheckTests {
  static let versions = [TLS1_2_VERSION, TLS1_3_VERSION]
  let serial: SerialNumber
  let root: TestCertificate
  let folder: TemporaryFolder

  init() throws {
    serial = try SerialNumber("01P00A3C0500123")
    root = try TestCertificate(commonName: "Root without key usage", role: .authority)
    folder = try TemporaryFolder()
  }

  private func judge(
    _ leaf: TestCertificate, sends: [TestCertificate] = [], trusts: [TestCertificate] = [], pinned: Fingerprint? = nil,
    judgesDates: Bool = true, version: Int32 = TLS1_3_VERSION
  ) throws -> (verdict: TrustVerdict?, handshake: Handshake) {
    for (index, one) in trusts.enumerated() { try folder.write(one.certificatePEM, as: "\(index).pem") }
    let policy = TrustPolicy(
      serial: serial, pinned: pinned, authorities: try TrustStore(folder: folder.path), judgesDates: judgesDates)
    let context = try TLSClientContext(policy: policy)
    let handshake = try Handshake(client: context, leaf: leaf, sends: sends, version: version)
    return (context.verdict, handshake)
  }

  private func key(_ certificate: TestCertificate) throws -> Fingerprint {
    try #require(Certificate.fingerprint(of: certificate.certificate))
  }

  @Test(arguments: versions) func aChainToATrustedRootIsVerified(version: Int32) throws {
    let leaf = try TestCertificate(commonName: serial.text, issuer: root)
    let result = try judge(leaf, trusts: [root], version: version)
    #expect(result.verdict == .verified(try key(leaf)))
    #expect(result.handshake.bytesSeenByServer > 0)
  }

  @Test func anIntermediateThatThePrinterDoesNotSendMayComeFromTheFolder() throws {
    let middle = try TestCertificate(commonName: "Device CA", role: .authority, issuer: root)
    let leaf = try TestCertificate(commonName: serial.text, issuer: middle)
    #expect(try judge(leaf, trusts: [root, middle]).verdict == .verified(try key(leaf)))
  }

  @Test func anIntermediateThatThePrinterSendsIsUsed() throws {
    let middle = try TestCertificate(commonName: "Device CA", role: .authority, issuer: root)
    let leaf = try TestCertificate(commonName: serial.text, issuer: middle)
    #expect(try judge(leaf, sends: [middle], trusts: [root]).verdict == .verified(try key(leaf)))
  }

  @Test func aMissingIntermediateIsNoChain() throws {
    let middle = try TestCertificate(commonName: "Device CA", role: .authority, issuer: root)
    let leaf = try TestCertificate(commonName: serial.text, issuer: middle)
    #expect(try judge(leaf, trusts: [root]).verdict == .firstUse(try key(leaf)))
  }

  @Test func anIntermediateAloneInTheFolderIsEnough() throws {
    let middle = try TestCertificate(commonName: "Device CA", role: .authority, issuer: root)
    let leaf = try TestCertificate(commonName: serial.text, issuer: middle)
    #expect(try judge(leaf, trusts: [middle]).verdict == .verified(try key(leaf)))
  }

  @Test func aVerifiedChainNeedsNoPinAndOutranksOne() throws {
    let old = try TestCertificate(commonName: serial.text, issuer: root)
    let new = try TestCertificate(commonName: serial.text, issuer: root)
    #expect(try judge(new, trusts: [root], pinned: try key(old)).verdict == .verified(try key(new)))
  }

  @Test(arguments: versions) func aSelfSignedKeyIsPinnedAtFirstUse(version: Int32) throws {
    let leaf = try TestCertificate(commonName: serial.text)
    let first = try judge(leaf, version: version)
    #expect(first.verdict == .firstUse(try key(leaf)))
    #expect(first.handshake.isEstablished)
    #expect(try judge(leaf, pinned: try key(leaf), version: version).verdict == .pinned(try key(leaf)))
  }

  @Test(arguments: versions) func anotherKeyThanThePinnedOneSeesNotOneByte(version: Int32) throws {
    let known = try TestCertificate(commonName: serial.text)
    let other = try TestCertificate(commonName: serial.text)
    let result = try judge(other, pinned: try key(known), version: version)
    #expect(result.verdict == .changed(offered: try key(other)))
    #expect(result.handshake.bytesSeenByServer == 0)
    #expect(!result.handshake.isEstablished)
  }

  @Test(arguments: versions) func anotherSerialNumberSeesNotOneByteEvenWithAChain(version: Int32) throws {
    let other = try TestCertificate(commonName: "01P00A3C0500999", issuer: root)
    let result = try judge(other, trusts: [root], pinned: try key(other), version: version)
    #expect(result.verdict == .wrongSerial(offered: try key(other)))
    #expect(result.handshake.bytesSeenByServer == 0)
    #expect(!result.handshake.isEstablished)
  }

  @Test(arguments: [nil, "", "01P00A3C050012", "01P00A3C0500123 ", "01p00a3c0500123", "01P00A3C0500123\0x"])
  func aNameThatOnlyResemblesTheSerialNumberIsAnother(name: String?) throws {
    let leaf = try TestCertificate(commonName: name)
    #expect(try judge(leaf).verdict == .wrongSerial(offered: try key(leaf)))
  }

  @Test func anExpiredLeafIsNoChain() throws {
    let leaf = try TestCertificate(commonName: serial.text, issuer: root, validDays: -30 ... -1)
    #expect(try judge(leaf, trusts: [root]).verdict == .firstUse(try key(leaf)))
  }

  @Test func anExpiredRootIsNoChain() throws {
    let expired = try TestCertificate(commonName: "Old root", role: .authority, validDays: -30 ... -1)
    let leaf = try TestCertificate(commonName: serial.text, issuer: expired)
    #expect(try judge(leaf, trusts: [expired]).verdict == .firstUse(try key(leaf)))
  }

  @Test func datesAreNotJudgedUntilTheClockIsSet() throws {
    let leaf = try TestCertificate(commonName: serial.text, issuer: root, validDays: 300...600)
    #expect(try judge(leaf, trusts: [root], judgesDates: false).verdict == .verified(try key(leaf)))
  }

  @Test func thePinnedKeyStandsWhateverItsDates() throws {
    let leaf = try TestCertificate(commonName: serial.text, validDays: -30 ... -1)
    #expect(try judge(leaf, pinned: try key(leaf)).verdict == .pinned(try key(leaf)))
  }

  @Test(arguments: ["AES256-GCM-SHA384", "AES128-GCM-SHA256"])
  func plainRSASuitesAreInTheOffer(suite: String) throws {
    let leaf = try TestCertificate(commonName: serial.text, key: .rsa)
    let context = try TLSClientContext(
      policy: TrustPolicy(serial: serial, pinned: nil, authorities: TrustStore()))
    let handshake = try Handshake(client: context, leaf: leaf, version: TLS1_2_VERSION, serverSuites: suite)
    #expect(handshake.isEstablished)
    #expect(handshake.cipher == suite)
  }

  @Test func olderVersionsThan12AreNotSpoken() throws {
    let leaf = try TestCertificate(commonName: serial.text, key: .rsa)
    let context = try TLSClientContext(
      policy: TrustPolicy(serial: serial, pinned: nil, authorities: TrustStore()))
    let handshake = try Handshake(
      client: context, leaf: leaf, version: TLS1_1_VERSION, serverSuites: "ALL:@SECLEVEL=0")
    #expect(!handshake.isEstablished)
    #expect(context.verdict == nil)
  }

  @Test func theFingerprintIsThatOfThePublicKeyNotOfTheCertificate() throws {
    let leaf = try TestCertificate(commonName: serial.text)
    var encoded: UnsafeMutablePointer<UInt8>?
    let count = i2d_PUBKEY(leaf.key, &encoded)
    defer { CRYPTO_free(encoded, nil, 0) }
    var digest = [UInt8](repeating: 0, count: 32)
    SHA256(encoded, Int(count), &digest)
    #expect(try key(leaf) == Fingerprint(digest: digest))
  }
}
