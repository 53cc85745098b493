import Model
import Testing
import Wire

@testable import Service

@Suite("The book of who was heard")
struct DiscoveryBookTests {
  let start = ContinuousClock().now
  let time = Timestamp(seconds: 1_800_000_000)

  private func announcement(_ number: Int, from address: String = "10.0.0.1") throws -> PrinterAnnouncement {
    PrinterAnnouncement(
      serial: try SerialNumber("01P00A\(100_000_000 + number)"), address: try HostName(address))
  }

  @Test("has room for 256; the one that was heard least recently goes")
  func bounded() throws {
    var book = DiscoveryBook()
    for number in 0..<10_000 {
      book.heard(try announcement(number), at: start.advanced(by: .milliseconds(number)), time: time)
    }
    let left = book.printers(at: start.advanced(by: .seconds(10))).map(\.announcement.serial)
    #expect(left.count == 256)
    #expect(left == (try (9744..<10_000).map { try announcement($0).serial }))
  }

  @Test("forgets after ten minutes")
  func memory() throws {
    var book = DiscoveryBook()
    book.heard(try announcement(1), at: start, time: time)
    #expect(book.printers(at: start.advanced(by: .seconds(599))).count == 1)
    #expect(book.printers(at: start.advanced(by: .seconds(600))).isEmpty)
  }

  @Test("keeps what a later announcement leaves out")
  func filling() throws {
    var book = DiscoveryBook()
    var whole = try announcement(1)
    whole.name = "Workshop"
    book.heard(whole, at: start, time: time)
    book.heard(try announcement(1, from: "10.0.0.2"), at: start, time: time.adding(seconds: 5))
    let kept = try #require(book.printers(at: start).first)
    #expect(kept.announcement.name == "Workshop" && kept.announcement.address.text == "10.0.0.2")
    #expect(kept.lastSeen == time.adding(seconds: 5))
  }

  @Test("heeds a goodbye from the printer's own address only")
  func goodbye() throws {
    var book = DiscoveryBook()
    let printer = try announcement(1)
    book.heard(printer, at: start, time: time)
    book.left(printer.serial, source: try HostName("10.0.0.66"))
    #expect(book.printers(at: start).count == 1)
    book.left(printer.serial, source: printer.address)
    #expect(book.printers(at: start).isEmpty)
  }
}
