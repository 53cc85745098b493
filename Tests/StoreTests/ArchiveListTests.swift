import Model
import Store
import Testing

/// Lists of the archive: filters, order, counts, search.
@Suite struct ArchiveListTests {
  private struct Shop: Sendable {
    let temporary: TemporaryFolder
    let database: Database
    let archives: ArchiveRepository
    let printers: [PrinterID]

    /// Six records, a day apart: prints on two printers, and a file.
    init() async throws {
      temporary = try TemporaryFolder()
      database = try temporary.database()
      archives = ArchiveRepository(database)
      var made: [PrinterID] = []
      for number in 1...2 {
        made.append(try await PrinterRepository(database).insert(try newPrinter(number), now: .start).id)
      }
      let printers = made
      self.printers = printers
      try await database.write { connection in
        for (index, name) in ["Bénchy", "Cube", "Gear wheel", "Gear box", "NOT a \"cube\"", "Vase"].enumerated() {
          let isFile = name == "Vase"
          let status: String? = isFile ? nil : ["success", "failed"][index % 2]
          try connection.execute(
            """
            INSERT INTO archives (name, status, printer_id, printer_name, created_ms, updated_ms, ended_ms, filament_type,
              filament_used_g, duration_s)
            VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, 'PLA', 10, 60)
            """,
            [
              .text(name), .text(status), isFile ? nil : .id(printers[index % 2]),
              isFile ? .null : .text("P\(index % 2 + 1)"),
              .moment(Timestamp.start.adding(seconds: Double(index) * 86_400)),
              isFile ? nil : .moment(.start),
            ])
        }
      }
    }

    func names(_ change: (inout ArchiveFilter) -> Void, limit: Int = 50, offset: Int = 0) async throws -> [String] {
      var filter = ArchiveFilter()
      change(&filter)
      let found = try await archives.list(filter, limit: limit, offset: offset)
      if offset == 0, found.records.count < limit { #expect(found.total == found.records.count) }
      // An export walks through the same list.
      var walked: [String] = []
      var last: ArchiveRecord?
      while true {
        let page = try await archives.page(filter, after: last, limit: 2)
        guard let end = page.last else { break }
        walked += page.map(\.name)
        last = end
      }
      if offset == 0, found.records.count < limit { #expect(walked == found.records.map(\.name)) }
      return found.records.map(\.name)
    }
  }

  @Test func theNewestComesFirstAndPartsFit() async throws {
    let shop = try await Shop()
    #expect(
      try await shop.names { _ in } == ["Vase", "NOT a \"cube\"", "Gear box", "Gear wheel", "Cube", "Bénchy"])
    #expect(try await shop.names({ _ in }, limit: 2, offset: 2) == ["Gear box", "Gear wheel"])
    let beyond = try await shop.archives.list(ArchiveFilter(), limit: 2, offset: 60)
    #expect(beyond.total == 6 && beyond.records.isEmpty)
    try await shop.database.close()
  }

  @Test func filtersNarrowAloneAndTogether() async throws {
    let shop = try await Shop()
    let day = { (number: Double) in Timestamp.start.adding(seconds: number * 86_400) }
    #expect(try await shop.names { $0.printer = shop.printers[1] } == ["Gear box", "Cube"])
    #expect(try await shop.names { $0.status = .success } == ["NOT a \"cube\"", "Gear wheel", "Bénchy"])
    #expect(try await shop.names { $0.from = day(4) } == ["Vase", "NOT a \"cube\""])
    #expect(try await shop.names { $0.until = day(1) } == ["Bénchy"])
    #expect(
      try await shop.names {
        $0.printer = shop.printers[0]
        $0.status = .success
        $0.from = day(1)
        $0.until = day(4)
      } == ["Gear wheel"])
    #expect(try await shop.names { $0.project = ProjectID(rawValue: 9) } == [])
    try await shop.database.close()
  }

  @Test(
    arguments: [
      ("benchy", ["Bénchy"]), ("BÉN", ["Bénchy"]), ("gear", ["Gear box", "Gear wheel"]), ("gear whe", ["Gear wheel"]),
      ("wheel gear", ["Gear wheel"]), ("\"wheel gear\"", []), ("\"gear wheel\"", ["Gear wheel"]),
      ("cube OR vase", []), ("gear NOT box", []), ("NOT", ["NOT a \"cube\""]), ("name:cube", []),
      ("cub*", ["NOT a \"cube\"", "Cube"]), ("\"", []), ("***", []), ("(gear", ["Gear box", "Gear wheel"]),
      ("gear)", ["Gear box", "Gear wheel"]), ("^gear", ["Gear box", "Gear wheel"]),
      ("NEAR(gear wheel)", []), ("gear AND", []), ("{name} : x", []), ("-cube", ["NOT a \"cube\"", "Cube"]),
      ("\"gear", ["Gear box", "Gear wheel"]), ("p2", ["Gear box", "Cube"]), ("pla gear", ["Gear box", "Gear wheel"]),
      ("cu\u{0}be", []), ("'; DROP TABLE archives; --", []),
    ])
  func whatIsSearchedForIsNeverSyntax(text: String, found: [String]) async throws {
    let shop = try await Shop()
    #expect(try await shop.names { $0.search = SearchWords(text) } == found)
    try await shop.database.close()
  }

  @Test func searchGoesWithFilters() async throws {
    let shop = try await Shop()
    #expect(
      try await shop.names {
        $0.search = SearchWords("gear")
        $0.printer = shop.printers[1]
      } == ["Gear box"])
    #expect(
      try await shop.names {
        $0.search = SearchWords("pla")
        $0.visible = [shop.printers[0]]
      } == ["Vase", "NOT a \"cube\"", "Gear wheel", "Bénchy"])
    try await shop.database.close()
  }

  @Test func aPartFromTheSecondHalfIsWhatItIsFromTheFirst() async throws {
    let shop = try await Shop()
    let all = try await shop.names { _ in }
    for limit in 1...7 {
      for offset in 0...7 {
        let part = try await shop.names({ _ in }, limit: limit, offset: offset)
        #expect(part == Array(all.dropFirst(offset).prefix(limit)), "\(limit) from \(offset)")
      }
    }
    try await shop.database.close()
  }

  @Test func wordsGoWithEveryOtherFilter() async throws {
    let shop = try await Shop()
    #expect(
      try await shop.names {
        $0.search = SearchWords("gear")
        $0.printer = shop.printers[0]
      } == ["Gear wheel"])
    #expect(
      try await shop.names {
        $0.search = SearchWords("g")
        $0.status = .failed
      } == ["Gear box"])
    #expect(
      try await shop.names {
        $0.search = SearchWords("c")
        $0.from = Timestamp.start.adding(seconds: 2 * 86_400)
      } == ["NOT a \"cube\""])
    #expect(
      try await shop.names {
        $0.search = SearchWords("v")
        $0.visible = []
      } == ["Vase"])
    _ = try await shop.archives.delete(ArchiveID(rawValue: 4), now: .start)
    #expect(
      try await shop.names {
        $0.search = SearchWords("gear")
        $0.isDeleted = true
        $0.printer = shop.printers[1]
      } == ["Gear box"])
    try await shop.database.close()
  }

  @Test func theBinHasItsOwnListAndGivesBack() async throws {
    let shop = try await Shop()
    let id = ArchiveID(rawValue: 2)
    _ = try await shop.archives.delete(id, now: .start)
    #expect(try await shop.names { $0.isDeleted = true } == ["Cube"])
    #expect(try await shop.names { $0.search = SearchWords("cube") } == ["NOT a \"cube\""])
    #expect(
      try await shop.names {
        $0.search = SearchWords("cube")
        $0.isDeleted = true
      } == ["Cube"])
    #expect(!(try await shop.names { _ in }).contains("Cube"))
    await #expect(throws: ArchiveRepository.Refusal.notFound) {
      _ = try await shop.archives.update(id, ArchiveChanges(), now: .start)
    }
    _ = try await shop.archives.undelete(id, now: .start)
    #expect((try await shop.names { _ in }).contains("Cube"))
    try await shop.database.close()
  }

  @Test func aKeyForSomePrintersSeesTheirPrintsAndWhatHasNoPrinter() async throws {
    let shop = try await Shop()
    #expect(try await shop.names { $0.visible = [shop.printers[1]] } == ["Vase", "Gear box", "Cube"])
    #expect(try await shop.names { $0.visible = [] } == ["Vase"])
    #expect(
      try await shop.names {
        $0.visible = []
        $0.printer = shop.printers[0]
      } == [])
    // A printer's prints do not become everybody's when it is deleted.
    #expect(try await PrinterRepository(shop.database).delete(shop.printers[0], now: .start))
    #expect(try await shop.names { $0.visible = [shop.printers[1]] } == ["Vase", "Gear box", "Cube"])
    try await shop.database.close()
  }

  @Test func statisticsCountEndedPrintsByDaysOfTheZone() async throws {
    let shop = try await Shop()
    let statistics = StatisticsRepository(shop.database)
    let segment = DaySegment(
      from: Timestamp(seconds: 0), until: Timestamp(seconds: 4_000_000_000), offsetSeconds: 7200)
    try await shop.database.write { connection in
      _ = try connection.execute("UPDATE archives SET energy_kwh = 0.5, energy_cost = 0.15 WHERE id IN (1, 2)")
    }
    let all = try await statistics.read(ArchiveFilter(), days: [segment])
    #expect(all.all.energy == 1 && all.all.energyCost == 0.3 && all.printers.map(\.sums.energy) == [0.5, 0.5])
    #expect(all.all.total == 5 && all.all.successful == 3 && all.all.failed == 2)
    #expect(all.all.time == 300 && all.all.filament == 50)
    #expect(all.printers.map(\.sums.total) == [3, 2] && all.filaments.map(\.type) == ["PLA"])
    // 22:13:20 UTC is the next day, two hours east.
    #expect(all.days.map(\.day) == [19676, 19677, 19678, 19679, 19680])
    var narrow = ArchiveFilter()
    narrow.visible = [shop.printers[1]]
    #expect(try await statistics.read(narrow, days: [segment]).all.total == 2)
    try await shop.database.close()
  }

  @Test func projectsSumTheirPrints() async throws {
    let shop = try await Shop()
    let projects = ProjectRepository(shop.database)
    let id = try await projects.insert(ProjectTraits(name: "Voron"), now: .start).id
    for number in [1, 2, 6] {
      var changes = ArchiveChanges()
      changes.project = .some(id)
      _ = try await shop.archives.update(ArchiveID(rawValue: Int64(number)), changes, now: .start)
    }
    let sums = try #require(try await projects.get(id, visible: nil)).sums
    #expect(sums.archives == 3 && sums.successful == 1 && sums.failed == 1 && sums.filament == 20 && sums.time == 120)
    #expect(try await projects.get(id, visible: [shop.printers[0]])?.sums.archives == 2)
    #expect(try await shop.names { $0.project = id } == ["Vase", "Cube", "Bénchy"])
    try await projects.delete(id)
    #expect(try await shop.archives.get(ArchiveID(rawValue: 1))?.projectID == nil)
    var unknown = ArchiveChanges()
    unknown.project = .some(id)
    await #expect(throws: ArchiveRepository.Refusal.unknownProject) {
      _ = try await shop.archives.update(ArchiveID(rawValue: 1), unknown, now: .start)
    }
    try await shop.database.close()
  }

  @Test func aCostFollowsTheShelfUntilAPersonKnowsBetter() async throws {
    let shop = try await Shop()
    var black = FilamentTraits(name: "Black", type: "pla")
    black.costPerKilogram = 20
    _ = try await FilamentRepository(shop.database).insert(black, now: .start)
    let hash = try #require(ContentHash(digest: [UInt8](repeating: 7, count: 32)))
    try await shop.database.write { connection in
      _ = try connection.execute(
        "INSERT INTO stored_files (sha256, bytes, created_ms) VALUES (?, 5, 1)", [.blob(hash.bytes)])
    }
    var file = ArchiveFileRecord(hash: hash, kind: "3mf")
    file.filename = "b.3mf"
    file.filamentType = "PLA"
    file.filaments = [ArchiveFilament(type: "PLA", color: "#000000", grams: 50)]
    file.plates = [ArchivePlate(index: 1, isPrintable: true, seconds: 60, grams: 50)]
    let made = try await shop.archives.insert(file, name: nil, now: .start)
    #expect(made.cost == 1 && made.filamentType == "PLA" && made.isPrintable && made.name == "b.3mf")
    var changes = ArchiveChanges()
    changes.cost = .some(9)
    #expect(try await shop.archives.update(made.id, changes, now: .start).cost == 9)
    changes.cost = .some(nil)
    #expect(try await shop.archives.update(made.id, changes, now: .start).cost == 1)
    #expect(try await shop.archives.duplicates(of: made).isEmpty)
    try await shop.database.close()
  }

  @Test func anImportIsTakenOnce() async throws {
    let shop = try await Shop()
    var print = ImportedPrint(name: "Boat", createdAt: .start)
    print.status = .success
    print.printerName = "Printer 1"
    print.projectName = "Fleet"
    print.tags = ["sea"]
    let other = ImportedPrint(name: "Sketch", createdAt: .start)
    #expect(try await shop.archives.take([print, other], now: .start) == 2)
    #expect(try await shop.archives.take([print, other], now: .start) == 0)
    let taken = try #require(try await shop.archives.get(ArchiveID(rawValue: 7)))
    #expect(taken.printerID == shop.printers[0] && taken.projectName == "Fleet" && taken.tags == ["sea"])
    #expect(taken.endedAt == .start && taken.duration == nil)
    #expect(try await shop.names { $0.search = SearchWords("fleet sea") } == ["Boat"])
    try await shop.database.close()
  }
}
