import Model
import Testing

@Suite("An address is read strictly, and is the same however it was written")
struct IPAddressTests {
  @Test(
    "forms of one address",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::FFFF:C000:201", "192.0.2.1"),
      ("::1", "::1"), ("0:0:0:0:0:0:0:1", "::1"), ("2001:DB8::A:0:0:1", "2001:db8::a:0:0:1"), ("::", "::"),
      ("fe80::1%eth0", "fe80::1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
      ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1::", "1::"),
    ])
  func forms(text: String, shown: String) {
    #expect(IPAddress(text)?.description == shown)
  }

  @Test(
    "what is no address",
    arguments: [
      "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "2130706433", "0x7f.1", "localhost", ":::", "1::2::3",
      "12345::",
      "1:2:3:4:5:6:7:8:9", "[::1]", "1.2.3.4:80", "::1.2.3", " 1.2.3.4",
    ])
  func refused(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test("limits count on an IPv4 address, and on the /64 of an IPv6 address")
  func networks() throws {
    #expect(try #require(IPAddress("192.0.2.1")).network == "192.0.2.1")
    #expect(try #require(IPAddress("2001:db8:0:5::1")).network == "2001:db8:0:5::/64")
    let one = try #require(IPAddress("2001:db8:0:5:a::1")).network
    #expect(one == (try #require(IPAddress("2001:db8:0:5:ffff::9")).network))
  }

  @Test("loopback is 127.0.0.0/8 and ::1")
  func loopback() {
    for text in ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"] {
      #expect(IPAddress(text)?.isLoopback == true)
    }
    for text in ["128.0.0.1", "0.0.0.0", "::", "::2"] { #expect(IPAddress(text)?.isLoopback == false) }
  }

  @Test(
    "a network holds what begins as it does",
    arguments: [
      ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.7", "192.0.2.7", true),
      ("192.0.2.7", "192.0.2.8", false), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
      ("::/0", "::1", true), ("::/0", "8.8.8.8", false), ("2001:db8::/32", "2001:db8:9::1", true),
      ("2001:db8::/32", "2001:db9::1", false), ("2001:db8::1/128", "2001:db8::1", true),
      ("2001:db8::1/128", "2001:db8::2", false), ("2001:db8:0:1::/65", "2001:db8:0:1:8000::", false),
      ("::ffff:10.0.0.0/104", "10.255.1.2", true), ("::ffff:10.0.0.0/104", "11.0.0.1", false),
    ])
  func blocks(block: String, address: String, isWithin: Bool) throws {
    #expect(try #require(AddressBlock(block)).contains(try #require(IPAddress(address))) == isWithin)
  }

  @Test(
    "what is no network",
    arguments: [
      "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "x/8", "10.0.0.0/8/8", "::ffff:10.0.0.0/80",
      "::ffff:10.0.0.0/129",
    ])
  func refusedBlocks(text: String) {
    #expect(AddressBlock(text) == nil)
  }
}
