import Testing

/// The rules of the house, held against the whole repository.
@Suite("The house keeps its rules")
struct HouseTests {
  let repository: Repository
  let manifest: Manifest

  /// How many times the compiler is told to believe instead of to check. A commit that raises one says why.
  static let uncheckedCeiling = 12
  static let unsafeCeiling = 4

  init() throws {
    repository = try Repository()
    manifest = Manifest(try repository.text(of: "Package.swift"))
  }

  @Test("the manifest is read whole")
  func manifestIsRead() {
    let names = Set(manifest.targets.map(\.name))
    for room in Layers.house.rooms.keys.sorted() {
      #expect(names.contains(room), "\(room) is in the layer table and not in Package.swift")
    }
  }

  @Test("every arrow of Package.swift points to a smaller layer")
  func declaredArrows() {
    for target in manifest.targets where Self.isBuilt(target) {
      for dependency in target.dependencies {
        let objection = Layers.house.objection(from: target.name, to: dependency)
        #expect(objection == nil, "Package.swift: \(objection ?? "")")
      }
    }
  }

  @Test("every import is declared and points to a smaller layer")
  func importedArrows() {
    for target in manifest.targets where Self.isBuilt(target) {
      for (path, text) in repository.swiftTexts(below: "Sources/" + target.name) {
        for module in SwiftSource(text).imports {
          let objection = Layers.house.objection(from: target.name, to: module)
          #expect(objection == nil, "\(path): \(objection ?? "")")
          if Layers.house.rooms[module] != nil {
            #expect(target.dependencies.contains(module), "\(path): \(module) is not declared in Package.swift")
          }
        }
      }
    }
  }

  @Test("nothing in the sources forces: no unwrapping by !, no try!, no as!, no fatalError")
  func nothingForces() {
    for (path, text) in repository.swiftTexts(below: "Sources") {
      let source = SwiftSource(text)
      #expect(SourceRules.forcedUnwraps(in: source).isEmpty, "\(path)")
      #expect(SourceRules.forcedEndings(in: source).isEmpty, "\(path)")
    }
  }

  @Test(
    "what the compiler cannot check has its reason beside it, and a ceiling",
    arguments: [("@unchecked Sendable", uncheckedCeiling), ("nonisolated(unsafe)", unsafeCeiling)])
  func uncheckedIsExplained(keyword: String, ceiling: Int) {
    var total = 0
    for (path, text) in repository.swiftTexts(below: "Sources") {
      let source = SwiftSource(text)
      total += SourceRules.count(of: keyword, in: source)
      #expect(SourceRules.unexplained(keyword, in: source).isEmpty, "\(path): \(keyword) needs a comment beside it")
    }
    #expect(total <= ceiling, "\(keyword) \(total) times")
  }

  @Test("no Swift file is longer than 400 lines")
  func filesAreShort() {
    for folder in ["Sources", "Tests", "Benchmarks"] {
      for (path, text) in repository.swiftTexts(below: folder) {
        #expect(SourceRules.lineCount(of: text) <= 400, "\(path)")
      }
    }
  }

  @Test("nothing promises work instead of doing it")
  func nothingIsUnfinished() {
    let endings = [".swift", ".c", ".h", ".sh", ".md", ".html", ".js", ".css", ".sql"]
    for file in repository.files {
      let isScript = ["Scripts/", ".ci/", "Benchmarks/"].contains { file.path.hasPrefix($0) }
      guard isScript || endings.contains(where: { file.path.hasSuffix($0) }), let text = file.text() else { continue }
      #expect(SourceRules.unfinished(in: text).isEmpty, "\(file.path)")
    }
  }

  @Test("no file is over 1 MB")
  func filesAreSmall() {
    for file in repository.files {
      #expect(file.size <= 1_000_000, "\(file.path) has \(file.size) bytes")
    }
  }

  @Test("a file that names its interpreter can be started")
  func scriptsAreExecutable() {
    for file in repository.files where file.size < 100_000 {
      guard let text = file.text(), text.hasPrefix("#!") else { continue }
      #expect(file.isExecutable, "\(file.path)")
    }
  }

  @Test("every Debian package that a system library names is one that the scripts install")
  func systemLibrariesAreInstalled() throws {
    let installed = try repository.text(of: "Scripts/lib/packages.sh").split { $0.isWhitespace }
    let manifest = try repository.text(of: "Package.swift").split(separator: ".apt([\"").dropFirst()
    #expect(!manifest.isEmpty)
    for name in manifest.compactMap({ $0.split(separator: "\"").first }) {
      #expect(installed.contains(name), "\(name) is missing in Scripts/lib/packages.sh")
    }
  }

  private static func isBuilt(_ target: Manifest.Target) -> Bool {
    (target.kind == .library || target.kind == .executable) && Layers.house.rooms[target.name] != nil
  }
}
