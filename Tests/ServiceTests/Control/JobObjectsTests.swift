import Logging
import Model
import Store
import TestKit
import Testing

@testable import Service

@Suite("A job's objects stand in its file")
struct JobObjectsTests {
  private static func play(
    _ file: [UInt8]?, plate: Int?, _ body: (JobObjects, PrinterID) async throws -> Void
  ) async throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder.prepare("\(temporary.path)/data")
    let now = Timestamp(seconds: 1_700_000_000)
    let database = try Database.open(folder, role: .service(try folder.lock()), now: now)
    let printer = try await PrinterRepository(database).insert(
      NewPrinter(
        name: "A", host: try HostName("127.0.0.1"), serial: try SerialNumber("01P00A000000001"),
        accessCode: try AccessCode("12345678")), now: now
    ).id
    var print = TrackedPrintRecord(printerID: printer, state: .printing, updatedAt: now)
    print.subtaskID = "7"
    print.plate = plate
    print.detailsJSON = "{}"
    let archive = try await PrintRepository(database).begin(print)
    let vault = FileVault(database)
    if let file {
      _ = try await vault.keep(file, now: now) { stored in
        try await database.write { connection in
          try connection.execute(
            "UPDATE archives SET file_sha256 = ? WHERE id = ?", [.blob(stored.hash.bytes), .id(archive)])
        }
      }
    }
    let objects = JobObjects(
      database: database, path: { vault.path(of: $0) }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await body(objects, printer)
    try await database.close()
  }

  private static func project(_ plates: [Int: [(id: Int, name: String, isSkipped: Bool)]]) -> [UInt8] {
    var project = TestProject()
    project.plates = plates.keys.sorted().map { index in
      var plate = TestProject.Plate(index)
      plate.objects = plates[index] ?? []
      return plate
    }
    return project.bytes
  }

  @Test("those of the plate that is printed, without what the slicer has left out")
  func plate() async throws {
    let file = Self.project([1: [(1, "A", false)], 2: [(2, "B", false), (3, "C", true), (4, "D", false)]])
    try await Self.play(file, plate: 2) { objects, printer in
      #expect(await objects.objects(on: printer) == [2, 4])
      #expect(await objects.objects(on: PrinterID(rawValue: 99)) == nil)
    }
  }

  @Test("where nobody knows the plate, a file of one leaves no doubt, and one of two does")
  func unknownPlate() async throws {
    try await Self.play(Self.project([3: [(5, "A", false), (6, "B", false)]]), plate: nil) { objects, printer in
      #expect(await objects.objects(on: printer) == [5, 6])
    }
    try await Self.play(Self.project([1: [(1, "A", false)], 2: [(2, "B", false)]]), plate: nil) { objects, printer in
      #expect(await objects.objects(on: printer) == nil)
    }
  }

  @Test("without a file, with a broken one, and with one that names no objects nobody knows")
  func unknown() async throws {
    for file in [nil, Array("PK".utf8), Self.project([1: []])] as [[UInt8]?] {
      try await Self.play(file, plate: 1) { objects, printer in #expect(await objects.objects(on: printer) == nil) }
    }
  }
}
