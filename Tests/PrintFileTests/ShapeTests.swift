import Model
import PrintFile
import Testing

@Suite("Shapes are recognised, and are no prints")
struct ShapeTests {
  static func binarySTL(triangles: UInt32, bytesFor: Int) -> [UInt8] {
    [UInt8](repeating: 0x41, count: 80) + (0..<4).map { UInt8(truncatingIfNeeded: triangles >> ($0 * 8)) }
      + [UInt8](repeating: 0, count: bytesFor * 50)
  }

  @Test("a binary STL is one whose size fits its count of triangles")
  func binary() throws {
    let facts = try facts(of: Self.binarySTL(triangles: 12, bytesFor: 12))
    #expect(facts.kind == .stl && facts.triangles == 12 && !facts.isPrintable && facts.plates.isEmpty)
    for (triangles, bytes) in [(13, 12), (0, 0), (UInt32.max, 2)] as [(UInt32, Int)] {
      #expect(try refusal(of: Self.binarySTL(triangles: triangles, bytesFor: bytes))?.reason == .unknownKind)
    }
  }

  @Test("an STL in text")
  func text() throws {
    let facts = try facts(of: "solid cube\n facet normal 0 0 1\n  outer loop\n")
    #expect(facts.kind == .stl && facts.title == "cube" && !facts.isPrintable)
    #expect(try refusal(of: Array("solid advice\n".utf8))?.reason == .unknownKind)
  }

  @Test("STEP")
  func step() throws {
    #expect(try facts(of: "ISO-10303-21;\nHEADER;\n").kind == .step)
  }

  @Test(
    "names say a kind by their ending",
    arguments: [
      ("Box.3mf", PrintFileKind.project), ("Box.gcode.3mf", .project), ("box.GCODE", .gcode), ("a.stl", .stl),
      ("a.step", .step), ("a.STP", .step), ("a.txt", nil), (".3mf", nil), ("3mf", nil),
    ])
  func endings(name: String, kind: PrintFileKind?) { #expect(PrintFileKind(name: name) == kind) }
}
