import TLS
import TestKit
import Testing

@Suite struct TrustStoreTests {
  @Test func anAbsentFolderIsAnEmptyStore() throws {
    #expect(try TrustStore(folder: "/nonexistent/trust").count == 0)
  }

  @Test func everyCertificateOfEveryPEMFileCountsAndNothingElse() throws {
    let folder = try TemporaryFolder()
    let one = try TestCertificate(commonName: "One", role: .authority)
    let two = try TestCertificate(commonName: "Two", role: .authority)
    let three = try TestCertificate(commonName: "Three", role: .authority)
    try folder.write("A person's note.\n" + one.certificatePEM + two.certificatePEM, as: "both.pem")
    try folder.write(three.certificatePEM, as: "three.pem")
    try folder.write("notes", as: "README.txt")
    try folder.write("hidden", as: ".swap.pem")
    #expect(try TrustStore(folder: folder.path).count == 3)
  }

  @Test func aFileWithoutACertificateIsAnErrorThatNamesIt() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("hello", as: "hello.pem")
    #expect(throws: TrustStoreError(file: file, reason: .noCertificate)) { try TrustStore(folder: folder.path) }
  }

  @Test func aBrokenCertificateIsAnErrorThatNamesItsFile() throws {
    let folder = try TemporaryFolder()
    let good = try TestCertificate(commonName: "One", role: .authority).certificatePEM
    let file = try folder.write(good + String(good.dropFirst(0).prefix(200)), as: "cut.pem")
    #expect(throws: TrustStoreError(file: file, reason: .brokenCertificate)) { try TrustStore(folder: folder.path) }
  }

  @Test func aFileThatIsTooLargeIsAnErrorThatNamesIt() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(String(repeating: "x", count: TrustStore.fileLimit + 1), as: "large.pem")
    #expect(throws: TrustStoreError(file: file, reason: .tooLarge)) { try TrustStore(folder: folder.path) }
  }
}
