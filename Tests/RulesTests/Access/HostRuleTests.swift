import Model
import Rules
import Testing

@Suite("The service answers to its own names and addresses only")
struct HostRuleTests {
  private let rule = HostRule(
    hostName: "Workshop.example.net", domains: ["corp.example"],
    addresses: Set(["192.168.1.5", "fd00::5"].compactMap(IPAddress.init)),
    allowed: ["printers.example.org", "203.0.113.9"])

  @Test(
    "admitted",
    arguments: [
      "localhost", "LOCALHOST:8000", "localhost.", "127.0.0.1", "127.0.0.2:1", "[::1]", "[::1]:8000",
      "192.168.1.5:8000",
      "192.168.1.5", "[fd00::5]:80", "[FD00:0::5]", "[::ffff:192.168.1.5]", "workshop", "WorkShop:8000",
      "workshop.local",
      "workshop.lan", "workshop.home", "workshop.internal", "workshop.home.arpa", "workshop.localdomain",
      "workshop.fritz.box", "workshop.corp.example", "workshop.example.net", "printers.example.org:443", "203.0.113.9",
      "workshop.local.",
    ])
  func admitted(host: String) throws {
    #expect(rule.admits(try #require(Authority(host))))
  }

  @Test(
    "refused",
    arguments: [
      "evil.example", "workshop.evil.example", "localhost.evil.example", "evil.local", "192.168.1.6", "8.8.8.8",
      "[fd00::6]", "example.net", "local", "workshop.local.evil.example", "127.0.0.1.evil.example", "0.0.0.0", "[::]",
      "notworkshop", "workshop.com", "localhost.local",
    ])
  func refused(host: String) throws {
    #expect(!rule.admits(try #require(Authority(host))))
  }

  @Test(
    "what is no host at all",
    arguments: [
      "", ":80", "a b", "host:0", "host:65536", "host:8a", "[::1", "[::1]x", "[1.2.3.4]", "::1", "user@host",
      "host/path",
      "a..b", ".", "-:-:-", "host:80:80", "[fe80::1]]", "höst",
    ])
  func malformed(host: String) {
    #expect(Authority(host) == nil)
  }

  @Test("without a host name only addresses and localhost are left")
  func nameless() throws {
    let rule = HostRule(hostName: "", domains: ["lan"], addresses: [], allowed: [])
    #expect(rule.admits(try #require(Authority("localhost"))))
    #expect(!rule.admits(try #require(Authority("lan"))))
  }
}
