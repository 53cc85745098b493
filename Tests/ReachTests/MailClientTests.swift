import Loop
import Model
import TestKit
import Testing
import Wire

@testable import Reach

/// Mail, handed to a stand-in that insists on RFC 5321's order.
@Suite("The mail client", .timeLimit(.minutes(1)))
struct MailClientTests {
  private static func message() throws -> MailMessage {
    MailMessage(
      from: try MailAddress("board@example.org", field: "from"),
      to: [try MailAddress("me@example.org", field: "to"), try MailAddress("you@example.org", field: "to")],
      subject: "Print finished", text: ".\n..done\n",
      attachments: [.init(name: "photo.jpg", type: "image/jpeg", bytes: Array(repeating: 0xFF, count: 200))],
      date: Timestamp(seconds: 1_705_329_000), identifier: "outbox-17")
  }

  private static func client(_ authority: StandInAuthority) -> MailClient {
    let rule = AddressRule(allowsLoopback: true, ownPorts: [], authorities: authority.path)
    return MailClient(threads: ReachThreads(name: "test", limit: 1), rule: { rule }) { _ in ["127.0.0.1"] }
  }

  private static func server(_ port: Int, _ security: MailServer.Security, password: String? = "word") throws
    -> MailServer
  {
    MailServer(
      host: try HostName("localhost"), port: try PortNumber(port, field: "port"), security: security,
      user: password.map { _ in "me" }, password: password.map { Secret($0) })
  }

  @Test("goes out over TLS and after STARTTLS, with user and password", arguments: [true, false])
  func encrypted(isImplicit: Bool) async throws {
    let authority = try StandInAuthority()
    var manners = StandInMailServer.Manners()
    manners.isImplicit = isImplicit
    manners.offersStartTLS = !isImplicit
    manners.login = ("me", "word")
    let stand = try StandInMailServer(certificate: try authority.certificate(for: "localhost"), manners: manners)
    try await Self.client(authority).send(
      Self.message(), by: Self.server(stand.port, isImplicit ? .tls : .starttls))
    let mail = try #require(stand.mails.first)
    #expect(mail.from == "board@example.org")
    #expect(mail.to == ["me@example.org", "you@example.org"])
    #expect(mail.user == "me")
    #expect(mail.isEncrypted)
    #expect(mail.lines.contains("Subject: Print finished"))
    #expect(mail.lines.contains("Date: Mon, 15 Jan 2024 14:30:00 +0000"))
    #expect(mail.lines.contains("Content-Disposition: attachment; filename=\"photo.jpg\""))
    #expect(mail.lines.allSatisfy { $0.utf8.count <= 76 })
    #expect(mail.lines.contains(Base64.encode(Array(".\n..done\n".utf8))))
  }

  @Test("a relay in the house is reached in the clear, and gets no password")
  func clear() async throws {
    let authority = try StandInAuthority()
    let stand = try StandInMailServer(certificate: try authority.certificate(for: "localhost"), manners: .init())
    try await Self.client(authority).send(Self.message(), by: Self.server(stand.port, .none))
    #expect(stand.mails.first?.user == nil)
    #expect(stand.mails.first?.isEncrypted == false)
  }

  @Test("nothing goes out where STARTTLS is not offered, or the certificate is not for the name")
  func untrusted() async throws {
    let authority = try StandInAuthority()
    let plain = try StandInMailServer(certificate: try authority.certificate(for: "localhost"), manners: .init())
    await #expect(throws: ReachError.noEncryption) {
      try await Self.client(authority).send(Self.message(), by: Self.server(plain.port, .starttls))
    }
    var manners = StandInMailServer.Manners()
    manners.isImplicit = true
    let other = try StandInMailServer(certificate: try authority.certificate(for: "elsewhere"), manners: manners)
    await #expect(throws: ReachError.untrusted) {
      try await Self.client(authority).send(Self.message(), by: Self.server(other.port, .tls))
    }
    #expect(plain.mails.isEmpty && other.mails.isEmpty)
  }

  @Test(
    "a refusal is told with its code, and whether it passes",
    arguments: [
      ("RCPT", "550 no such user", 550, false), ("RCPT", "450 later", 450, true), ("MAIL", "452 full", 452, true),
      ("END", "554 spam", 554, false), ("END", "451 later", 451, true),
    ])
  func refusals(verb: String, reply: String, code: Int, passes: Bool) async throws {
    let authority = try StandInAuthority()
    var manners = StandInMailServer.Manners()
    manners.refusal = (verb, reply)
    let stand = try StandInMailServer(certificate: try authority.certificate(for: "localhost"), manners: manners)
    await #expect(throws: ReachError.mailRefused(code: code)) {
      try await Self.client(authority).send(Self.message(), by: Self.server(stand.port, .none))
    }
    #expect(ReachError.mailRefused(code: code).isPassing == passes)
  }

  @Test("a wrong password is told as that")
  func wrongPassword() async throws {
    let authority = try StandInAuthority()
    var manners = StandInMailServer.Manners()
    manners.isImplicit = true
    manners.login = ("me", "other")
    let stand = try StandInMailServer(certificate: try authority.certificate(for: "localhost"), manners: manners)
    await #expect(throws: ReachError.refusedLogin) {
      try await Self.client(authority).send(Self.message(), by: Self.server(stand.port, .tls))
    }
  }
}
