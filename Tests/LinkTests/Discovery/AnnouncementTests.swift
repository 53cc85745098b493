import Link
import Model
import TestKit
import Testing
import Wire

@Suite("Announcements are heard over real sockets")
struct AnnouncementTests {
  private func heard(_ body: (Listener, Sender, UInt16) async throws -> Void) async throws {
    try await withLoop { loop in
      let listener = Listener(loop: loop)
      let port = try #require(await listener.start().first)
      try await body(listener, Sender(), port)
      await listener.stop()
    }
  }

  /// Everything before it has been read once this one is.
  private func mark(_ listener: Listener, _ port: UInt16) async throws {
    let marker = "01P00A99\(Int.random(in: 1_000_000...9_999_999))"
    let other = Sender()
    _ = try await eventually(within: 15, "the marker is heard") { () -> Bool? in
      other.notify(marker, to: port)
      return await listener.serials.contains(marker) ? true : nil
    }
  }

  @Test("an announcement by unicast and one to the group both arrive")
  func arrives() async throws {
    try await heard { listener, sender, port in
      sender.notify("01P00A000000001", to: port)
      sender.send(Sender.notify("01P00A000000002"), to: port, host: "239.255.255.250")
      _ = try await eventually(within: 5, "both are heard") { () -> Bool? in
        Set(await listener.serials) == ["01P00A000000001", "01P00A000000002"] ? true : nil
      }
    }
  }

  @Test("a goodbye names the address that it came from")
  func byebye() async throws {
    try await heard { listener, sender, port in
      sender.notify("01P00A000000001", kind: "byebye", to: port)
      let sighting = try await eventually(within: 5, "it is heard") { await listener.sightings.first }
      #expect(sighting == .byebye(try SerialNumber("01P00A000000001"), source: try HostName("127.0.0.1")))
    }
  }

  @Test(
    "nobody is sent to an address that no single machine has",
    arguments: ["224.0.0.1", "255.255.255.255", "169.254.3.4", "fe80::1", "ff02::1", "::ffff:10.0.0.1"])
  func badAddresses(location: String) async throws {
    try await heard { listener, sender, port in
      sender.notify("01P00A000000001", location: location, to: port)
      try await mark(listener, port)
      #expect(await !listener.serials.contains("01P00A000000001"))
    }
  }

  @Test("a flood of 10,000 from one sender leaves 32 of them, and the loop listens on")
  func flood() async throws {
    try await heard { listener, sender, port in
      for number in 0..<10_000 { sender.notify("01P00A\(100_000_000 + number)", to: port) }
      let count = try await eventually(within: 15, "as many as are let through") { () -> Int? in
        let count = await listener.serials.count
        return count >= 32 ? count : nil
      }
      // Nothing else is let through, though the flood goes on.
      for number in 0..<2000 { sender.notify("01P00A\(200_000_000 + number)", to: port) }
      #expect(count == 32)
      #expect(await listener.serials.count == 32)
    }
  }

  @Test("endless headers, broken text and other people's searches are passed over")
  func hostile() async throws {
    try await heard { listener, sender, port in
      let headers = (0..<400).map { "X\($0): y\r\n" }.joined()
      sender.send(Array("NOTIFY * HTTP/1.1\r\n\(headers)USN: 01P00A000000001\r\n\r\n".utf8), to: port)
      sender.send([UInt8](repeating: 0xFF, count: 60_000), to: port)
      sender.send([], to: port)
      sender.send(SSDPSearch.datagram, to: port)
      try await mark(listener, port)
      #expect(await !listener.serials.contains("01P00A000000001"))
    }
  }

  @Test("two programs share the port, and both hear what is sent to the group")
  func shared() async throws {
    try await heard { first, sender, port in
      try await withLoop { loop in
        let second = Listener(loop: loop)
        #expect(await second.start(ports: [port]) == [port])
        sender.send(Sender.notify("01P00A000000001"), to: port, host: "239.255.255.250")
        for listener in [first, second] {
          _ = try await eventually(within: 5, "it is heard") { await listener.serials.first }
        }
        await second.stop()
      }
    }
  }

  @Test("a port that somebody keeps is a failure that is told, and the other ports work")
  func occupied() async throws {
    try await withLoop { loop in
      let exclusive = Sender()
      let taken = try #require(exclusive.keepPort())
      let listener = Listener(loop: loop)
      #expect(await listener.start(ports: [taken, 0]).count == 1)
      #expect(await listener.failures.map(\.port) == [taken])
      await listener.stop()
    }
  }
}

@Suite("The bind port says who is there")
struct BindProbeTests {
  @Test(
    "whatever answers there, it ends: nothing, silence, a reset, or other words",
    arguments: [PlainListener.Manner?.none, .silent, .resets, .says("HTTP/1.1 400 Bad Request\r\n\r\n")])
  func others(manner: PlainListener.Manner?) async throws {
    try await withLoop { loop in
      let listener = Listener(loop: loop)
      let door = try manner.map { try PlainListener($0) }
      let port = door?.port ?? 1
      #expect(await listener.ask(try HostName("127.0.0.1"), plain: port, secure: port) == nil)
      door?.stop()
    }
  }
}
