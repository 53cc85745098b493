import Testing

/// A rule that cannot fail proves nothing: each checker is shown what it must find and what it must leave alone.
@Suite("The checkers find what they are for")
struct CheckerTests {
  @Test(
    "a forced unwrap is found",
    arguments: ["let a = b!", "f()!.c", "a[0]! + 1", "var x: Int!", "{ 1 }()!", "let s: Array<Int>! = nil"])
  func findsUnwrap(line: String) {
    #expect(SourceRules.forcedUnwraps(in: SwiftSource(line)) == [1])
  }

  @Test(
    "negation, inequality, words and comments are no forced unwrap",
    arguments: [
      "if !a {", "a != b", "a!=b", "a !== b", "// look!", "let s = \"Stop!\"", "let s = #\"a!\"#", "[!a, !b]",
    ])
  func leavesOthers(line: String) {
    #expect(SourceRules.forcedUnwraps(in: SwiftSource(line)).isEmpty)
  }

  @Test("forced endings are found in code only")
  func findsEndings() {
    let source = SwiftSource(
      "let a = try! f()\n// try! in a sentence\nfatalError(\"x\")\nlet s = \"fatalError(\"\nb as! C\n")
    #expect(SourceRules.forcedEndings(in: source) == [1, 3, 5])
  }

  @Test("a literal of several lines is blanked to its end and not beyond")
  func longLiterals() {
    let source = SwiftSource("let s = \"\"\"\n  a!\n  \\\"\"\" b!\n  \"\"\"\nlet c = d!\n")
    #expect(SourceRules.forcedUnwraps(in: source) == [5])
  }

  @Test("block comments nest")
  func nestedComments() {
    let source = SwiftSource("/* a! /* b! */ c! */ let d = e!\n")
    #expect(SourceRules.forcedUnwraps(in: source) == [1])
    #expect(source.code[0] == " let d = e!")
  }

  @Test("an unchecked claim needs a comment on its line or right above")
  func unexplainedClaims() {
    let claim = "class A: @unchecked Sendable {}"
    func unexplained(_ text: String) -> [Int] {
      SourceRules.unexplained("@unchecked Sendable", in: SwiftSource(text))
    }
    #expect(unexplained(claim) == [1])
    #expect(unexplained(claim + "  // locked").isEmpty)
    #expect(unexplained("// locked\n@frozen\n" + claim).isEmpty)
    #expect(unexplained("// locked\n\n" + claim) == [3])
    #expect(unexplained("// locked\nlet b = 1\n" + claim) == [3])
  }

  @Test("imports are read in all their forms")
  func imports() {
    let text = """
      package import Model
      @preconcurrency import NIOCore
      import struct Foundation.Data
      // import Nothing
      let important = 1
      """
    #expect(SwiftSource(text).imports == ["Model", "NIOCore", "Foundation"])
  }

  @Test("arrows that point down, sideways or outside are objected to")
  func objections() {
    let house = Layers.house
    #expect(house.objection(from: "API", to: "Service") == nil)
    #expect(house.objection(from: "Service", to: "API") != nil)
    #expect(house.objection(from: "Link", to: "Store") != nil)
    #expect(house.objection(from: "Model", to: "FoundationEssentials") != nil)
    #expect(house.objection(from: "Store", to: "Foundation") != nil)
    #expect(house.objection(from: "Service", to: "TestKit") != nil)
    #expect(house.objection(from: "Cellar", to: "Model") != nil)
  }

  @Test("a manifest's targets are read with their dependencies")
  func manifests() {
    let text = """
      let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
      targets: [
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "Wire", dependencies: ["Model", nioCore], swiftSettings: lean),
        .executableTarget(
          name: "tool",
          dependencies: [
            "Wire", nioCore,
          ]),
        .testTarget(name: "WireTests", dependencies: ["Wire"]),
      ]
      """
    let targets = Manifest(text).targets
    #expect(targets.map(\.name) == ["CSQLite", "Wire", "tool", "WireTests"])
    #expect(targets.map(\.kind) == [.system, .library, .executable, .test])
    #expect(targets.map(\.dependencies) == [[], ["Model", "NIOCore"], ["Wire", "NIOCore"], ["Wire"]])
  }

  @Test("unfinished words are found whole")
  func unfinishedWords() {
    let word = "TO" + "DO"
    #expect(SourceRules.unfinished(in: "a\n// \(word): later\n") == [2])
    #expect(SourceRules.unfinished(in: "let \(word)S = 1\n").isEmpty)
  }

  @Test("lines are counted with and without a last newline")
  func lineCounts() {
    #expect(SourceRules.lineCount(of: "") == 0)
    #expect(SourceRules.lineCount(of: "a\n") == 1)
    #expect(SourceRules.lineCount(of: "a\nb") == 2)
  }
}
