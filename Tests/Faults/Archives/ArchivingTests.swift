import Glibc
import Model
import Simulator
import Store
import TestKit
import Testing
import Wire

/// Prints archive themselves: the file from the printer, what was used, and what it cost.
struct ArchivingTests {
  @Test("A print leaves its file, its figures and its photo's place; equal files are kept once")
  func aPrintArchivesItself() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 60) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      try Card.put(TestProject().bytes, as: "Box.gcode.3mf", on: printer)
      for number in 1...2 {
        printer.startPrint(name: "Box", layers: 100, minutes: 2, id: "70010\(number)")
        let kept = try await Archive.settled(number, of: stage)
        #expect(kept.status == "success" && kept.filename == "Box.gcode.3mf" && kept.file != nil)
        #expect(kept.used == 12.5 && kept.plate == nil && kept.error == nil && kept.type == "PLA")
        #expect(kept.duration ?? 0 > 0)
      }
      // Photos of the ends lie there as well, once they are taken.
      #expect(Archive.files(of: stage).count { Archive.isZip($0, of: stage) } == 1)
      #expect(Archive.leftovers(of: stage).isEmpty)
    }
  }

  @Test("A print that is stopped counts the layers that were made, at the filament's price")
  func aStoppedPrintCountsItsLayers() async throws {
    try await Stage.play([PrinterSpecification(model: .x1c)], speed: 60) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      try Card.put(TestProject().bytes, as: "cache/Box.3mf", on: printer)
      printer.startPrint(name: "Box", layers: 100, minutes: 40, file: "/data/Metadata/plate_1.gcode")
      try await stage.status(id, within: 60, "a tenth is made") {
        if case .int(let layer)? = $0["current_layer"] { layer > 10 } else { false }
      }
      try await Archive.fetched(1, of: stage)
      printer.cancel()
      let kept = try await Archive.settled(1, of: stage)
      let layer = try #require(kept.layer)
      #expect(kept.status == "stopped" && layer > 10 && layer < 100 && kept.plate == 1)
      #expect(abs((kept.used ?? 0) - 12.5 * Double(layer) / 100) < 0.001)
    }
  }

  @Test("A restart in mid-print goes on with the record and fetches its file")
  func aRestartGoesOn() async throws {
    try await Stage.play([PrinterSpecification(model: .x1c)], speed: 10) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      printer.startPrint(name: "Box", layers: 100, minutes: 20)
      try await stage.status(id, is: "preparing")
      try await eventually(within: 20, "its record is there") {
        try Archive.record(1, in: stage.service.folder) == nil ? nil : true
      }
      stage.service.process.signal(SIGKILL)
      _ = try await stage.service.process.wait()
      try Card.put(TestProject().bytes, as: "Box.3mf", on: printer)
      let again = try await ServiceProcess.start(in: stage.service.folder)
      stage.simulation.setSpeed(240)
      let kept = try await eventually(within: 90, "it is archived") {
        try Archive.record(1, in: again.folder).flatMap { $0.isOpen ? nil : $0 }
      }
      #expect(kept.status == "success" && kept.file != nil && kept.used == 12.5)
      #expect(try Archive.count(in: again.folder) == 1)
      #expect(try await again.stop() == 0)
    }
  }

  @Test("Without a card a print is archived without its file, and says so; its printer's name outlives the printer")
  func aPrintWithoutAFile() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)], speed: 240) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      var settings = FileServerSettings()
      settings.refusesAccessCode = true
      printer.setFiles(settings)
      printer.startPrint(name: "Box", layers: 100, minutes: 5)
      let kept = try await Archive.settled(1, of: stage)
      #expect(kept.status == "success" && kept.file == nil && kept.used == nil)
      #expect(kept.missing?.contains("access code") == true)
      #expect(try stage.client.send("DELETE", "/api/v1/printers/\(id)").status == 200)
      let left = try #require(try Archive.record(1, in: stage.service.folder))
      #expect(left.printer == nil && left.printerName == printer.name)
    }
  }
}

/// What lies on a simulated printer's card.
enum Card {
  static func put(_ bytes: [UInt8], as name: String, on printer: SimulatedPrinter) throws {
    let path = "\(printer.storage)/\(name)"
    if let slash = path.utf8.lastIndex(of: 0x2F) { mkdir(String(path[..<slash]), 0o755) }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw TestKitError("\(name): error \(errno)") }
    defer { close(descriptor) }
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw TestKitError("\(name): short write") }
  }
}

/// What the database and the folder of files hold.
enum Archive {
  struct Record: Sendable {
    var status: String?
    var error: String?
    var missing: String?
    var filename: String?
    var file: ContentHash?
    var used: Double?
    var type: String?
    var plate: Int64?
    var layer: Int64?
    var duration: Int64?
    var printer: Int64?
    var printerName: String?
    var isOpen: Bool
  }

  static func record(_ number: Int, in folder: TemporaryFolder) throws -> Record? {
    try connection(folder).row(
      """
      SELECT archives.*, EXISTS (SELECT 1 FROM open_archives WHERE archive_id = id) AS is_open FROM archives
      WHERE is_system = 0 ORDER BY id LIMIT 1 OFFSET ?
      """, [.integer(number - 1)]
    ) { (row) throws(SQLiteError) in
      Record(
        status: try row.optionalText("status"), error: try row.optionalText("error"),
        missing: try row.optionalText("file_error"), filename: try row.optionalText("filename"),
        file: try row.optionalBlob("file_sha256").flatMap { ContentHash(digest: $0) },
        used: try row.optionalReal("filament_used_g"), type: try row.optionalText("filament_type"),
        plate: try row.optionalInteger("plate"), layer: try row.optionalInteger("last_layer"),
        duration: try row.optionalInteger("duration_s"), printer: try row.optionalInteger("printer_id"),
        printerName: try row.optionalText("printer_name"), isOpen: try row.flag("is_open"))
    }
  }

  static func count(in folder: TemporaryFolder) throws -> Int64 {
    try connection(folder).row("SELECT count(*) AS n FROM archives WHERE is_system = 0") {
      (row) throws(SQLiteError) in try row.integer("n")
    } ?? 0
  }

  static func settled(_ number: Int, of stage: Stage) async throws -> Record {
    do {
      return try await eventually(within: 90, "print \(number) is archived") {
        try record(number, in: stage.service.folder).flatMap { $0.isOpen ? nil : $0 }
      }
    } catch let error as TestKitError {
      throw TestKitError("\(error); log \(stage.service.process.text.suffix(2_000))")
    }
  }

  static func fetched(_ number: Int, of stage: Stage) async throws {
    try await eventually(within: 60, "the file of print \(number) is there") {
      try record(number, in: stage.service.folder)?.file == nil ? nil : true
    }
  }

  static func isZip(_ name: String, of stage: Stage) -> Bool {
    guard let file = fopen("\(stage.service.folder.path)/data/files/\(name)", "r") else { return false }
    defer { fclose(file) }
    return fgetc(file) == 0x50 && fgetc(file) == 0x4B
  }

  /// The names in the folder of files, each with its folder.
  static func files(of stage: Stage) -> [String] { files(in: stage.service.folder) }

  static func files(in folder: TemporaryFolder) -> [String] {
    let root = "\(folder.path)/data/files"
    return names(in: root).flatMap { part in names(in: "\(root)/\(part)").map { "\(part)/\($0)" } }
  }

  static func leftovers(of stage: Stage) -> [String] { names(in: "\(stage.service.folder.path)/data/fetches") }

  static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func connection(_ folder: TemporaryFolder) throws -> Store.Connection {
    try Store.Connection(path: "\(folder.path)/data/layerberry.db", access: .reader)
  }
}
