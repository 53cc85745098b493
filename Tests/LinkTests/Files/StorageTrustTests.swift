import Glibc
import Link
import Model
import Simulator
import TLS
import TestKit
import Testing

/// The access code goes out only after the one trust check has passed (contract, section 8).
@Suite struct StorageTrustTests {
  @Test func aFirstUseIsToldAndThenPinned() async throws {
    let printer = try SimulatedStorage()
    let verdicts = Collected<TrustVerdict>()
    let key = try #require(Certificate.fingerprint(of: printer.certificate.certificate))
    _ = try await printer.storage(try printer.target(), verdicts: verdicts).entries(of: .root)
    _ = try await printer.storage(try printer.target(pinned: key), verdicts: verdicts).entries(of: .root)
    #expect(verdicts.values == [.firstUse(key), .pinned(key)])
  }

  @Test func aCAOfTheTrustFolderVerifies() async throws {
    let printer = try SimulatedStorage()
    let folder = try TemporaryFolder()
    try folder.write(printer.certificate.certificatePEM, as: "ca.pem")
    let verdicts = Collected<TrustVerdict>()
    let target = try printer.target(authorities: try TrustStore(folder: folder.path))
    _ = try await printer.storage(target, verdicts: verdicts).entries(of: .root)
    let key = try #require(Certificate.fingerprint(of: printer.certificate.certificate))
    #expect(verdicts.values == [.verified(key)])
  }

  @Test func anotherSerialNumberGetsNotOneCommand() async throws {
    let printer = try SimulatedStorage(commonName: "01P00A000000002")
    let key = try #require(Certificate.fingerprint(of: printer.certificate.certificate))
    let verdicts = Collected<TrustVerdict>()
    let storage = printer.storage(try printer.target(), verdicts: verdicts)
    await #expect(throws: StorageError.untrusted(.wrongSerial(offered: key))) { try await storage.entries(of: .root) }
    #expect(printer.server.log.isEmpty)
    #expect(verdicts.values == [.wrongSerial(offered: key)])
  }

  @Test func anotherKeyGetsNotOneCommand() async throws {
    let printer = try SimulatedStorage()
    let other = try TestCertificate(commonName: printer.serial.text)
    let pinned = try #require(Certificate.fingerprint(of: other.certificate))
    let key = try #require(Certificate.fingerprint(of: printer.certificate.certificate))
    let storage = printer.storage(try printer.target(pinned: pinned))
    await #expect(throws: StorageError.untrusted(.changed(offered: key))) {
      try await storage.upload(.bytes([1]), to: StoragePath("/a"))
    }
    #expect(printer.server.log.isEmpty)
  }

  @Test func aWrongAccessCodeHasItsName() async throws {
    let printer = try SimulatedStorage()
    let storage = printer.storage(try printer.target(code: "00000000"))
    await #expect(throws: StorageError.wrongAccessCode) { try await storage.entries(of: .root) }
    #expect(StorageError.wrongAccessCode.fault.status == 502)
  }

  @Test func aPortWhereNobodyListensIsUnreachable() async throws {
    let printer = try SimulatedStorage()
    let storage = try printer.storage()
    printer.server.stop()
    await #expect(throws: StorageError.unreachable) { try await storage.entries(of: .root) }
    #expect(StorageError.unreachable.fault.status == 504)
  }
}
