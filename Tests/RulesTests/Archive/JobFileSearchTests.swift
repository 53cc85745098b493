import Model
import Rules
import Testing

/// Finding the file of the running job by what the printer says of it (protocol sheet, section 4).
@Suite struct JobFileSearchTests {
  struct Named: Sendable {
    var file: String?
    var task: String?
    var plate: Int?
    var names: [String]
  }

  @Test(arguments: [
    Named(task: "Box", names: ["Box.3mf", "Box.gcode.3mf"]),
    Named(task: "Box.3mf", names: ["Box.3mf"]),
    Named(task: "Box.gcode.3mf", names: ["Box.gcode.3mf"]),
    Named(file: "Lid.gcode.3mf", task: "Box", names: ["Box.3mf", "Box.gcode.3mf", "Lid.gcode.3mf"]),
    Named(file: "/data/Metadata/plate_2.gcode", task: "Box", plate: 2, names: ["Box.3mf", "Box.gcode.3mf"]),
    Named(file: "/data/Metadata/plate_2.gcode", task: "", names: []),
    Named(file: "Box.3mf", task: "Box.3mf", names: ["Box.3mf"]),
    Named(file: "/mnt/sdcard/Box.gcode", task: nil, names: ["Box.gcode"]),
    Named(file: "Box", task: nil, names: ["Box.3mf", "Box.gcode.3mf"]),
    Named(task: "Box ", names: ["Box.3mf", "Box.gcode.3mf"]),
    Named(task: "   ", names: []),
    Named(task: "../Box", names: []),
    Named(file: nil, task: nil, names: []),
    Named(
      file: "/data/Metadata/plate_3.gcode", task: "Box - Plate 2", plate: 3,
      names: ["Box - Plate 3.3mf", "Box - Plate 3.gcode.3mf", "Box - Plate 2.3mf", "Box - Plate 2.gcode.3mf"]),
    Named(
      file: "/data/Metadata/plate_12.gcode", task: "Box_plate_9.3mf", plate: 12,
      names: ["Box_plate_12.3mf", "Box_plate_9.3mf"]),
    Named(
      file: "/data/Metadata/plate_2.gcode", task: "Box - Plate 2", plate: 2,
      names: ["Box - Plate 2.3mf", "Box - Plate 2.gcode.3mf"]),
    Named(file: "/data/Metadata/plate_2.gcode", task: "Plate", plate: 2, names: ["Plate.3mf", "Plate.gcode.3mf"]),
  ])
  func namesItMayHave(_ named: Named) {
    #expect(JobFileSearch(file: named.file, taskName: named.task, plate: named.plate).names == named.names)
  }

  struct Card: Sendable {
    var task: String
    var files: [String]
    var found: [String]
  }

  @Test(arguments: [
    Card(task: "Box", files: ["/cache/Box.3mf", "/Box.3mf"], found: ["/cache/Box.3mf", "/Box.3mf"]),
    Card(task: "Box", files: ["/cache/Box.gcode.3mf", "/Box.3mf"], found: ["/Box.3mf", "/cache/Box.gcode.3mf"]),
    Card(task: "My Box", files: ["/My_Box.3mf"], found: ["/My_Box.3mf"]),
    Card(task: "My_Box", files: ["/My Box.gcode.3mf"], found: ["/My Box.gcode.3mf"]),
    Card(task: "BOX", files: ["/box.GCODE.3MF"], found: ["/box.GCODE.3MF"]),
    Card(task: "Box", files: ["/cache/box.3mf", "/Box.3mf"], found: ["/Box.3mf", "/cache/box.3mf"]),
    Card(task: "Box", files: ["/Boxes.3mf", "/model/Box.stl"], found: []),
    Card(task: "Größe 3", files: ["/Größe_3.3mf"], found: ["/Größe_3.3mf"]),
  ])
  func filesThatMayBeIt(_ card: Card) throws {
    let entries = try card.files.map { try Self.entry($0) }
    let search = JobFileSearch(file: nil, taskName: card.task, plate: nil)
    #expect(search.matches(among: entries).map(\.path.text) == card.found)
  }

  @Test func takesTheNewestWhereNothingIsKnown() throws {
    let search = JobFileSearch(file: "/data/Metadata/plate_1.gcode", taskName: "", plate: 1)
    let entries = [
      try Self.entry("/cache/Old.3mf", at: 100), try Self.entry("/cache/Undated.3mf"),
      try Self.entry("/New.3MF", at: 300), try Self.entry("/Newer.gcode", at: 400),
    ]
    #expect(search.matches(among: entries).map(\.path.text) == ["/New.3MF"])
    #expect(search.matches(among: []).isEmpty)
  }

  @Test func leavesFoldersAndEmptyFilesOut() throws {
    let search = JobFileSearch(file: nil, taskName: "Box", plate: nil)
    var folder = try Self.entry("/cache/Box.3mf")
    folder.isDirectory = true
    #expect(search.matches(among: [folder, try Self.entry("/Box.3mf", size: 0)]).isEmpty)
  }

  @Test(
    arguments: [
      (PrinterModel.p1s, GcodeState.prepare, 98, false), (.p1s, .prepare, 99, true), (.a1Mini, .prepare, 100, true),
      (.a1, .prepare, nil, false), (.x1c, .prepare, 100, false), (.h2d, .prepare, 100, false),
      (.p2s, .prepare, 99, false),
      (.x1c, .running, nil, true), (.h2d, .pause, 100, true), (.p1p, .running, 0, true), (.p1s, .slicing, 100, false),
      (.p1s, .finish, 100, false), (nil, .prepare, 100, false), (nil, .running, nil, true),
    ] as [(PrinterModel?, GcodeState, Int?, Bool)])
  func fetchesWhenTheFileCanBeThere(model: PrinterModel?, state: GcodeState, percent: Int?, isDue: Bool) {
    #expect(JobFetch.isDue(model: model, state: state, preparePercent: percent) == isDue)
  }

  @Test func triesEveryFiveSecondsForAMinute() { #expect(JobFetch.tries == 13) }

  private static func entry(_ path: String, size: Int64 = 10, at seconds: Int64? = nil) throws -> StorageEntry {
    let path = try StoragePath(path)
    return StorageEntry(
      name: path.name, path: path, size: size, modified: seconds.map { Timestamp(seconds: $0) }, isDirectory: false)
  }
}
