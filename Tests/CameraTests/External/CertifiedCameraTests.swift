import Camera
import Glibc
import Loop
import Model
import TestKit
import Testing

/// Cameras over HTTPS: certified for their host by a CA of the machine, or by their pinned key; there is no third way.
@Suite(.timeLimit(.minutes(3))) struct CertifiedCameraTests {
  /// `openssl s_server` that answers `GET /s.jpg` with a picture.
  private struct Server {
    let folder: TemporaryFolder
    let process: ChildProcess
    let port: Int

    init(_ leaf: TestCertificate) async throws {
      let folder = try TemporaryFolder()
      let port = try ServiceProcess.freePort()
      try folder.write(leaf.certificatePEM, as: "leaf.pem")
      try folder.write(leaf.keyPEM, as: "leaf.key", mode: 0o600)
      let jpeg = String(repeating: "x", count: 2000)
      // Its parts that are no text are made by the shell.
      let make = """
        cd \(folder.path) || exit 1
        { printf 'HTTP/1.0 200 OK\\r\\nContent-Type: image/jpeg\\r\\n\\r\\n\\377\\330'; printf %s \(jpeg); printf '\\377\\331'; } >s.jpg
        exec openssl s_server -accept 127.0.0.1:\(port) -cert leaf.pem -key leaf.key -HTTP
        """
      let process = try ChildProcess("/bin/sh", ["-c", make], environment: ["PATH": "/usr/bin:/bin"])
      try await eventually(within: 20, "openssl listens; it said \(process.text)") {
        process.text.contains("ACCEPT") ? true : nil
      }
      (self.folder, self.process, self.port) = (folder, process, port)
    }

    /// As a camera's owner finds it out: SHA-256 of the public key.
    func fingerprint() async throws -> String {
      let words =
        "openssl x509 -in \(folder.path)/leaf.pem -pubkey -noout | openssl pkey -pubin -outform der | sha256sum"
      let tool = try ChildProcess("/bin/sh", ["-c", words], environment: ["PATH": "/usr/bin:/bin"])
      _ = try await tool.wait()
      return String(tool.text.prefix(64))
    }

    /// A folder of CAs as OpenSSL wants it, with this one.
    func authorities(_ authority: TestCertificate) async throws -> String {
      try folder.makeFolder("cas")
      try folder.write(authority.certificatePEM, as: "ca.pem")
      let words = "cp ca.pem cas/$(openssl x509 -in ca.pem -noout -hash).0"
      let tool = try ChildProcess(
        "/bin/sh", ["-c", "cd \(folder.path) && \(words)"], environment: ["PATH": "/usr/bin:/bin"])
      guard try await tool.wait() == 0 else { throw TestKitError(tool.text) }
      return "\(folder.path)/cas"
    }
  }

  private static func look(
    _ server: Server, host: String = "cam.test", pin: String = "", authorities: String? = nil,
    _ body: (SourceListener) async throws -> Void
  ) async throws {
    let rule = AddressRule(allowsLoopback: true, ownPorts: [], authorities: authorities)
    try await HTTPCameraTests.look(
      "https://\(host):\(server.port)/s.jpg\(pin)", rule: rule, lookup: { _ in ["127.0.0.1"] }, body)
  }

  @Test func aCertificateThatNobodySignedIsRefusedAndTakenWhenItsKeyIsPinned() async throws {
    let server = try await Server(try TestCertificate(commonName: "cam.test"))
    let right = try await server.fingerprint()
    let wrong = String(repeating: "ab", count: 32)
    try await Self.look(server) { try await $0.ends(with: .untrusted) }
    try await Self.look(server, pin: "#\(wrong)") { try await $0.ends(with: .untrusted) }
    #expect(!server.process.text.contains("FILE:"))
    try await Self.look(server, pin: "#\(right)") { listener in
      try await listener.sees(1)
      #expect(listener.last.count == 2004)
    }
    // A pinned key needs no name.
    try await Self.look(server, host: "127.0.0.1", pin: "#\(right)") { try await $0.sees(1) }
  }

  @Test func aCertificateOfATrustedAuthorityIsTakenForItsHostOnly() async throws {
    let authority = try TestCertificate(commonName: "Own CA", role: .authority)
    let server = try await Server(try TestCertificate(commonName: "cam.test", issuer: authority))
    let folder = try await server.authorities(authority)
    try await Self.look(server, authorities: folder) { try await $0.sees(1) }
    try await Self.look(server, host: "other.test", authorities: folder) { try await $0.ends(with: .untrusted) }
    try await Self.look(server, host: "127.0.0.1", authorities: folder) { try await $0.ends(with: .untrusted) }
    try await Self.look(server) { try await $0.ends(with: .untrusted) }
    // A pin replaces the authorities.
    let wrong = String(repeating: "ab", count: 32)
    try await Self.look(server, pin: "#\(wrong)", authorities: folder) { try await $0.ends(with: .untrusted) }
  }

  @Test func anExpiredCertificateIsRefused() async throws {
    let authority = try TestCertificate(commonName: "Own CA", role: .authority)
    let server = try await Server(try TestCertificate(commonName: "cam.test", issuer: authority, validDays: -9 ... -2))
    let folder = try await server.authorities(authority)
    try await Self.look(server, authorities: folder) { try await $0.ends(with: .untrusted) }
  }
}
