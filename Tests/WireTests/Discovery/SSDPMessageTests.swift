import Model
import Testing
import Wire

@Suite struct SSDPMessageTests {
  static let headers = [
    "Host: 239.255.255.250:1990", "Server: UPnP/1.0", "Location: 192.168.50.21",
    "NT: urn:bambulab-com:device:3dprinter:1", "NTS: ssdp:alive", "USN: 01P00A3C0500123", "Cache-Control: max-age=1800",
    "DevModel.bambu.com: C12", "DevName.bambu.com: Workshop P1S", "DevSignal.bambu.com: -44",
    "DevConnect.bambu.com: lan",
    "DevBind.bambu.com: free", "Devseclink.bambu.com: secure", "DevInf.bambu.com: wlan0",
    "DevVersion.bambu.com: 01.07.00.00", "DevCap.bambu.com: 1",
  ]

  static func datagram(_ headers: [String], first: String = "NOTIFY * HTTP/1.1", end: String = "\r\n") -> [UInt8] {
    Array(([first] + headers + ["", ""]).joined(separator: end).utf8)
  }

  private func source() throws -> HostName { try HostName("10.0.0.9") }

  private func announcement(_ bytes: [UInt8]) throws -> PrinterAnnouncement {
    guard case .alive(let found) = SSDPMessage(bytes, source: try source()) else {
      throw InvalidValue("datagram", "is no announcement")
    }
    return found
  }

  @Test func anAnnouncementTellsAll() throws {
    let found = try announcement(Self.datagram(Self.headers))
    #expect(found.serial.text == "01P00A3C0500123" && found.address.text == "192.168.50.21")
    #expect(found.modelCode == "C12" && found.model == .p1s && found.name == "Workshop P1S")
    #expect(found.firmware == "01.07.00.00" && found.connection == "lan" && found.binding == "free")
    #expect(found.signal == -44 && found.interface == "wlan0")
  }

  @Test func anAnswerToASearchTellsTheSame() throws {
    let headers = Self.headers.filter { !$0.hasPrefix("NT") } + ["ST: urn:bambulab-com:device:3dprinter:1"]
    #expect(
      try announcement(Self.datagram(headers, first: "HTTP/1.1 200 OK"))
        == announcement(Self.datagram(Self.headers)))
  }

  @Test func namesOfHeadersAreReadInAnyCaseAndLineEndsToo() throws {
    let shouted = Self.headers.map { header in
      let colon = header.firstIndex(of: ":") ?? header.endIndex
      return header[..<colon].uppercased() + header[colon...]
    }
    let plain = try announcement(Self.datagram(Self.headers))
    #expect(try announcement(Self.datagram(shouted)) == plain)
    #expect(try announcement(Self.datagram(Self.headers, end: "\n")) == plain)
  }

  @Test(arguments: ["\u{2028}", "\u{2029}", "\u{85}", "\u{B}", "\u{C}", "\r"])
  func onlyALineFeedEndsALine(other: String) throws {
    let headers = Self.headers.map {
      $0.hasPrefix("DevName") ? "DevName.bambu.com: Work\(other)DevVersion.bambu.com: 99.00.00.00" : $0
    }
    let found = try announcement(Self.datagram(headers))
    #expect(found.firmware == "01.07.00.00")
    #expect(found.name == "WorkDevVersion.bambu.com: 99.00.00.00")
  }

  @Test(arguments: ["", "http://192.168.50.21/", "printer.local", "0.0.0.0", "192.168.50.21:80"])
  func withoutABareAddressThePacketsSourceCounts(location: String) throws {
    let headers = Self.headers.filter { !$0.hasPrefix("Location") } + ["Location: \(location)"]
    #expect(try announcement(Self.datagram(headers)).address.text == "10.0.0.9")
    #expect(SSDPMessage(Self.datagram(headers), source: nil) == nil)
  }

  @Test func headersMayBeMissing() throws {
    let found = try announcement(Self.datagram(["NT: urn:bambulab-com:device:3dprinter:1", "USN: 01P00A3C0500123"]))
    #expect(found.name == nil && found.model == .p1s && found.address.text == "10.0.0.9")
    let untyped = try announcement(Self.datagram(["DevModel.bambu.com: O1D", "USN: 09400A3C0500123"]))
    #expect(untyped.model == .h2d)
  }

  @Test func aGoodbyeNamesTheSerial() throws {
    let headers = ["NT: urn:bambulab-com:device:3dprinter:1", "NTS: ssdp:byebye", "USN: 01P00A3C0500123"]
    #expect(SSDPMessage(Self.datagram(headers), source: nil) == .byebye(try SerialNumber("01P00A3C0500123")))
  }

  @Test func othersAreNone() throws {
    let source = try source()
    let foreign = Self.headers.filter { !$0.hasPrefix("NT:") } + ["NT: upnp:rootdevice"]
    #expect(SSDPMessage(Self.datagram(foreign), source: source) == nil)
    #expect(SSDPMessage(Self.datagram(Self.headers, first: "M-SEARCH * HTTP/1.1"), source: source) == nil)
    #expect(
      SSDPMessage(Self.datagram(["USN: uuid:1234", "NT: urn:bambulab-com:device:3dprinter:1"]), source: source) == nil)
    #expect(SSDPMessage(Self.datagram(["USN: 01P00A3C0500123"]), source: source) == nil)
    #expect(SSDPMessage(SSDPSearch.datagram, source: source) == nil)
    #expect(SSDPMessage([UInt8](), source: source) == nil)
  }

  @Test func largeDatagramsAndManyHeadersAreNotRead() throws {
    let source = try source()
    let long = Self.headers + ["X: \(String(repeating: "x", count: 4096))"]
    #expect(SSDPMessage(Self.datagram(long), source: source) == nil)
    #expect(SSDPMessage(Self.datagram(Self.headers + Array(repeating: "X: y", count: 48)), source: source) != nil)
    #expect(SSDPMessage(Self.datagram(Self.headers + Array(repeating: "X: y", count: 49)), source: source) == nil)
  }

  @Test func brokenNamesCostNothing() throws {
    var bytes = Self.datagram(Self.headers.filter { !$0.hasPrefix("DevName") })
    bytes.removeLast(2)
    bytes += Array("DevName.bambu.com: Werk".utf8) + [0xFF, 0x07] + Array("statt\r\n\r\n".utf8)
    #expect(try announcement(bytes).name == "Werk\u{FFFD}statt")
  }

  @Test func theSearchIsTheOneThatToolsSend() {
    let text = String(decoding: SSDPSearch.datagram, as: UTF8.self)
    let lines = [
      "M-SEARCH * HTTP/1.1", "HOST: 239.255.255.250:2021", "MAN: \"ssdp:discover\"", "MX: 3",
      "ST: urn:bambulab-com:device:3dprinter:1", "", "",
    ]
    #expect(text == lines.joined(separator: "\r\n"))
  }
}
