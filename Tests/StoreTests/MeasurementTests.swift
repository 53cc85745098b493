import Glibc
import Model
import Testing

@testable import Store

/// Figures for the decision record, on demand:
/// `LAYERBERRY_MEASURE=1 swift test -c release -Xswiftc -enable-testing --filter MeasurementTests`
@Suite(.serialized, .enabled(if: getenv("LAYERBERRY_MEASURE") != nil)) struct MeasurementTests {
  @Test(arguments: [1_024, 2_048, 4_096]) func bytesAndTimeOfASmallTransaction(pageSize: Int) throws {
    let temporary = try TemporaryFolder()
    let path = temporary.path + "/test.db"
    Files.write(path, [])
    let connection = try Connection(path: path, access: .writer)
    try connection.configure(.writer, pageSize: pageSize)
    for migration in Schema.migrations { try connection.run(script: migration.script) }
    for (durability, name) in [(Durability.full, "full"), (.relaxed, "relaxed")] {
      let before = Self.written()
      let start = ContinuousClock.now
      for number in 0..<500 {
        try connection.transaction(durability) {
          try $0.execute(
            "INSERT OR REPLACE INTO settings VALUES (?, ?, ?)",
            [.text("setting.\(number % 50)"), .text("\"\(number)\""), .integer(number)])
        }
      }
      let time = (ContinuousClock.now - start) / 500
      let after = Self.written()
      print(
        "page \(pageSize) \(name): \((after.calls - before.calls) / 500) bytes written, "
          + "\((after.disk - before.disk) / 500) bytes to the disk, \(time) a transaction")
    }
  }

  @Test func memoryOfAnOpenDatabase() async throws {
    let temporary = try TemporaryFolder()
    let before = Self.anonymous()
    let database = try temporary.database()
    for number in 1...100 { _ = try await PrinterRepository(database).insert(try newPrinter(number), now: .start) }
    for _ in 0..<10 { #expect(try await PrinterRepository(database).all().count == 100) }
    print("anonymous memory: \(Self.anonymous() - before) kB more with 100 printers, a writer and two readers open")
    try await database.close()
  }

  private static func written() -> (calls: Int, disk: Int) {
    (field("wchar:", in: "/proc/self/io"), field("write_bytes:", in: "/proc/self/io"))
  }

  private static func anonymous() -> Int { field("Anonymous:", in: "/proc/self/smaps_rollup") }

  private static func field(_ name: String, in path: String) -> Int {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = read(file, &bytes, bytes.count)
    let words = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split { $0 == " " || $0 == "\n" }
    guard let place = words.firstIndex(where: { $0 == name }), place + 1 < words.count else { return 0 }
    return Int(words[place + 1]) ?? 0
  }
}
