import Model
import Testing

@testable import Wire

@Suite("Mail")
struct MailMessageTests {
  @Test(
    "a mail address is local@domain, and nothing that ends a line or a command",
    arguments: [
      "", "me", "@host", "me@", "me@host>", "<me@host.org>", "me me@host.org", "me@ho st", "me\r\n@host.org",
      "me@host.org\r\nRCPT TO:<you@host.org>", "a@b@c", ".me@host.org", "me.@host.org", "m..e@host.org", "ü@host.org",
      "me@[127.0.0.1]", "me@host.org,you@host.org",
    ])
  func refused(text: String) { #expect(throws: InvalidValue.self) { try MailAddress(text, field: "to") } }

  @Test("ordinary addresses pass", arguments: ["me@example.org", "first.last+tag@sub.example.org", "a@localhost"])
  func taken(text: String) throws { #expect(try MailAddress(text, field: "to").text == text) }

  @Test("a subject with other letters is written in encoded words, and never in two lines of its own")
  func subjects() {
    #expect(MailMessage.encodedHeader("Print finished") == "Print finished")
    // RFC 2047, section 2: "=?charset?B?text?=".
    #expect(MailMessage.encodedHeader("Größe") == "=?utf-8?B?R3LDtsOfZQ==?=")
    #expect(MailMessage.encodedHeader("a\r\nBcc: you@example.org") == "a  Bcc: you@example.org")
    for line in MailMessage.encodedHeader(String(repeating: "日本語", count: 40)).split(separator: "\r\n") {
      #expect(line.utf8.count <= 76)
    }
  }

  @Test(
    "a date is written as RFC 5322 wants it",
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (1_705_329_000, "Mon, 15 Jan 2024 14:30:00 +0000"),
      (1_709_164_799, "Wed, 28 Feb 2024 23:59:59 +0000"),
    ])
  func dates(seconds: Int64, text: String) { #expect(MailMessage.date(Timestamp(seconds: seconds)) == text) }
}
