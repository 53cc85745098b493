import Link
import Model
import TLS
import TestKit
import Testing

/// The access code goes to nobody who has not passed the check.
@Suite struct TrustTests {
  let serial: SerialNumber
  let leaf: TestCertificate

  init() throws {
    serial = try SerialNumber("01P00A3C0500123")
    leaf = try TestCertificate(commonName: serial.text)
  }

  private func target(_ port: UInt16, pinned: Fingerprint? = nil) throws -> SessionTarget {
    SessionTarget(
      serial: serial, host: try HostName("127.0.0.1"), port: try PortNumber(Int(port), field: "mqtt_port"),
      accessCode: try AccessCode("12345678"), pinned: pinned)
  }

  private func key(_ certificate: TestCertificate) throws -> Fingerprint {
    try #require(Certificate.fingerprint(of: certificate.certificate))
  }

  @Test func theKeyOfTheFirstConnectionIsPinned() async throws {
    let printer = try StubPrinter(leaf)
    let shown = try key(leaf)
    try await withLoop { loop in
      let owner = await Owner(loop: loop, target: try target(printer.port))
      await owner.start()
      #expect(await owner.reaches(.subscribed))
      #expect(await owner.verdicts == [.firstUse(shown)])
      #expect(await owner.pinned == shown)
      // Storing that pin is no reason for another connection.
      await owner.retarget(try target(printer.port, pinned: try key(leaf)))
      #expect(await owner.attempts == 1)
      await owner.stop()
    }
    printer.stop()
  }

  @Test func anotherKeyThanThePinnedOneSeesNoByte() async throws {
    let other = try TestCertificate(commonName: serial.text)
    let printer = try StubPrinter(other)
    let offered = try key(other)
    try await withLoop { loop in
      let owner = await Owner(loop: loop, target: try target(printer.port, pinned: try key(leaf)))
      await owner.start()
      #expect(await owner.waits { !$0.verdicts.isEmpty })
      #expect(await owner.reaches(.down(.certificateChanged)))
      #expect(await owner.verdicts.first == .changed(offered: offered))
      #expect(printer.bytesSeen == 0)
      // A person accepts the offered key.
      await owner.retarget(try target(printer.port, pinned: try key(other)))
      #expect(await owner.reaches(.subscribed))
      await owner.stop()
    }
    printer.stop()
  }

  @Test func anotherSerialNumberSeesNoByte() async throws {
    let printer = try StubPrinter(TestCertificate(commonName: "01P00A3C0500999"))
    try await withLoop { loop in
      let owner = await Owner(loop: loop, target: try target(printer.port))
      await owner.start()
      #expect(await owner.reaches(.down(.wrongSerial)))
      #expect(printer.bytesSeen == 0)
      await owner.stop()
    }
    printer.stop()
  }

  @Test func whoeverWasProvenByAChainIsNotReplacedByAStrangerWithoutOne() async throws {
    let folder = try TemporaryFolder()
    let authority = try TestCertificate(commonName: "Maker", role: .authority)
    try folder.write(authority.certificatePEM, as: "maker.pem")
    let chained = try TestCertificate(commonName: serial.text, issuer: authority)
    let (printer, stranger) = (try StubPrinter(chained, StubPrinter.Manner(hangsUp: true)), try StubPrinter(leaf))
    let (proven, offered) = (try key(chained), try key(leaf))
    let authorities = try TrustStore(folder: folder.path)
    try await withLoop { loop in
      let owner = await Owner(loop: loop, target: try target(printer.port), authorities: authorities)
      await owner.start()
      #expect(await owner.waits { $0.verdicts.first == .verified(proven) })
      #expect(await owner.pinned == proven)
      await owner.retarget(try target(stranger.port, pinned: await owner.pinned))
      #expect(await owner.reaches(.down(.certificateChanged)))
      #expect(await owner.verdicts.last == .changed(offered: offered))
      #expect(stranger.bytesSeen == 0)
      await owner.stop()
    }
    printer.stop()
    stranger.stop()
  }
}
