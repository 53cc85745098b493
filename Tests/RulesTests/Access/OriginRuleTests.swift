import Model
import Rules
import Testing

@Suite("Pages of other origins change nothing")
struct OriginRuleTests {
  private struct Row: Sendable {
    var origins: [String] = []
    var site: String?
    var host = "pi.local:8000"
    var scheme = "http"
    var passes: Bool
  }

  private static let rows: [Row] = [
    Row(passes: true),
    Row(site: "same-origin", passes: true), Row(site: "none", passes: true),
    Row(site: "same-site", passes: false), Row(site: "cross-site", passes: false),
    Row(origins: ["http://pi.local:8000"], passes: true), Row(origins: ["HTTP://PI.local:8000"], passes: true),
    // A page of ours says so in Origin, whatever else.
    Row(origins: ["http://pi.local:8000"], site: "cross-site", passes: true),
    Row(origins: ["https://dash.lan"], site: "cross-site", passes: true),
    Row(origins: ["https://dash.lan:443"], passes: true),
    Row(origins: ["https://dash.lan:444"], passes: false), Row(origins: ["http://dash.lan"], passes: false),
    Row(origins: ["null"], passes: false), Row(origins: [""], passes: false), Row(origins: ["*"], passes: false),
    Row(origins: ["http://evil.example"], passes: false), Row(origins: ["http://pi.local"], passes: false),
    Row(origins: ["http://pi.local:8001"], passes: false), Row(origins: ["https://pi.local:8000"], passes: false),
    Row(origins: ["http://pi.local:8000.evil.example"], passes: false),
    Row(origins: ["http://pi.local:8000@evil.example"], passes: false),
    Row(origins: ["http://pi.local:8000/"], passes: false), Row(origins: ["file://"], passes: false),
    Row(origins: ["http://pi.local:8000", "http://evil.example"], passes: false),
    // Old clients leave the port out.
    Row(origins: ["http://pi.local:8000"], host: "pi.local", passes: true),
    Row(origins: ["http://pi.local"], host: "pi.local", passes: true),
    Row(origins: ["http://pi.local:81"], host: "pi.local", passes: false),
    Row(origins: ["https://pi.local"], host: "pi.local", scheme: "https", passes: true),
    Row(origins: ["http://pi.local"], host: "pi.local", scheme: "https", passes: false),
    Row(origins: ["http://[fd00::5]:8000"], host: "[FD00:0:0::5]:8000", passes: true),
    Row(origins: ["http://pi.local:80"], host: "pi.local:80", passes: true),
  ]

  @Test("table of origins", arguments: OriginRuleTests.rows.indices)
  func table(index: Int) throws {
    let row = Self.rows[index]
    let rule = OriginRule(granted: Set([try #require(WebOrigin("https://dash.lan"))]))
    let own = OriginRule.own(try #require(Authority(row.host)), scheme: row.scheme, port: 8000)
    let verdict = rule.judge(origins: row.origins, site: row.site, own: own)
    #expect((verdict == .passes) == row.passes, "\(row)")
  }
}

@Suite("X-Forwarded fields are believed from trusted proxies only")
struct ForwardedRuleTests {
  private func find(
    _ peer: String, _ forwardedFor: [String] = [], host: [String] = [], proto: [String] = []
  ) throws -> ForwardedRule.Finding? {
    ForwardedRule(trusted: ["127.0.0.1", "10.0.0.0/8", "::1"].compactMap(AddressBlock.init))
      .find(peer: try #require(IPAddress(peer)), forwardedFor: forwardedFor, host: host, proto: proto)
  }

  @Test("from anybody else they say nothing")
  func untrusted() throws {
    #expect(try find("192.0.2.1", ["203.0.113.1"], host: ["x"], proto: ["https"]) == nil)
  }

  @Test(
    "the client is the last that no trusted proxy stands for",
    arguments: [
      (["203.0.113.1"], "203.0.113.1"), (["1.1.1.1, 203.0.113.1"], "203.0.113.1"),
      (["1.1.1.1", "203.0.113.1, 10.0.0.2"], "203.0.113.1"), (["203.0.113.1, 10.0.0.3, 10.0.0.2"], "203.0.113.1"),
      (["10.0.0.3"], "10.0.0.3"), ([], "127.0.0.1"), (["unknown"], "127.0.0.1"), (["8.8.8.8, bogus"], "127.0.0.1"),
      (["203.0.113.1:4711"], "203.0.113.1"), (["[2001:db8::1]:4711"], "2001:db8::1"), (["2001:db8::1"], "2001:db8::1"),
      (["203.0.113.1, bogus, 10.0.0.2"], "10.0.0.2"),
    ])
  func client(forwardedFor: [String], expected: String) throws {
    #expect(try find("127.0.0.1", forwardedFor)?.client.description == expected)
  }

  @Test("of several hosts and schemes the last counts, which the nearest proxy wrote")
  func hostAndScheme() throws {
    let found = try #require(try find("::1", host: ["evil.example, pi.example"], proto: ["http", "HTTPS"]))
    #expect(found.host == "pi.example" && found.isSecure)
    #expect(try find("::1")?.host == nil)
    #expect(try find("::1", proto: ["http"])?.isSecure == false)
  }
}
