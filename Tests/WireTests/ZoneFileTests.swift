import Glibc
import Model
import Testing
import Wire

/// Compiled time zones, as the system has them.
@Suite struct ZoneFileTests {
  private func zone(_ name: String) throws -> ZoneOffsets {
    let file = open("/usr/share/zoneinfo/\(name)", O_RDONLY)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: ZoneFile.limit)
    let count = read(file, &bytes, bytes.count)
    return try #require(ZoneFile.read(Array(bytes.prefix(max(0, count)))), "\(name)")
  }

  private func second(_ text: String) throws -> Int64 {
    try #require(Timestamp(iso8601: text)).milliseconds / 1000
  }

  @Test(
    arguments: [
      ("UTC", "2024-07-01T00:00:00Z", 0), ("Europe/Berlin", "2024-01-15T00:00:00Z", 3600),
      ("Europe/Berlin", "2024-07-15T00:00:00Z", 7200), ("Europe/Berlin", "2024-03-31T00:59:59Z", 3600),
      ("Europe/Berlin", "2024-03-31T01:00:00Z", 7200), ("America/New_York", "2024-07-15T00:00:00Z", -14_400),
      ("Asia/Kathmandu", "2024-07-15T00:00:00Z", 20_700), ("Australia/Lord_Howe", "2024-01-15T00:00:00Z", 39_600),
    ])
  func tellsTheOffset(name: String, time: String, offset: Int) throws {
    #expect(try zone(name).offset(at: try second(time)) == offset)
  }

  @Test(
    arguments: [
      ("UTC", "2024-01-15", "2024-01-15T00:00:00Z"), ("Europe/Berlin", "2024-01-15", "2024-01-14T23:00:00Z"),
      // The day on which summer begins has 23 hours.
      ("Europe/Berlin", "2024-03-31", "2024-03-30T23:00:00Z"), ("Europe/Berlin", "2024-04-01", "2024-03-31T22:00:00Z"),
      // Midnight left out: summer began at it.
      ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
      // Midnight twice: it went back to 23:00.
      ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"),
      ("Asia/Kathmandu", "2024-01-15", "2024-01-14T18:15:00Z"),
    ])
  func tellsWhenADayBegins(name: String, day: String, start: String) throws {
    let number = try second("\(day)T00:00:00Z") / 86_400
    #expect(try zone(name).start(ofDay: number).description == start)
  }

  @Test func stretchesCoverATimeWithoutGaps() throws {
    let from = try #require(Timestamp(iso8601: "2024-01-01T00:00:00Z"))
    let until = try #require(Timestamp(iso8601: "2025-01-01T00:00:00Z"))
    let segments = try zone("Europe/Berlin").segments(from: from, until: until)
    #expect(segments.map(\.offsetSeconds) == [3600, 7200, 3600])
    #expect(segments.first?.from == from && segments.last?.until == until)
    #expect(ZoneOffsets.utc.segments(from: from, until: until).count == 1)
  }

  @Test(arguments: [
    [], Array("TZif".utf8), [UInt8](repeating: 0, count: 100), Array("TZif2".utf8) + [UInt8](repeating: 255, count: 60),
  ])
  func refusesWhatIsNone(bytes: [UInt8]) { #expect(ZoneFile.read(bytes) == nil) }
}
