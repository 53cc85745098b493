import Model
import Service
import Testing
import Wire

/// From an order to what the start says (protocol sheet, section 3.8).
@Suite struct PrintOrderTests {
  private static func places(_ mapping: [Int], on model: PrinterModel) throws -> [[Int64?]] {
    let order = PrintOrder(path: try StoragePath("/cube.3mf"), mapping: mapping)
    let file = try order.projectFile(taskID: 7, model: model)
    let payload = try #require(
      try PrinterCommand.projectFile(file).payloads(for: CommandTarget(model: model), sequence: 1).first)
    let print = try JSONParser.parse(payload.bytes, limits: .init(bytes: 1 << 16))["print"]
    #expect(print?["use_ams"] == .bool(mapping.contains { (0..<254).contains($0) }))
    #expect(print?["ams_mapping"] == .array(mapping.map { .int($0 < 254 ? Int64($0) : -1) }))
    return (print?["ams_mapping2"]?.array ?? []).map { place in
      ["ams_id", "slot_id"].map { if case .int(let number)? = place[$0] { number } else { nil } }
    }
  }

  @Test func anExternalSpoolIsNamedByItsPlaceAndAnUnusedFilamentByNone() throws {
    #expect(try Self.places([254, -1, 5], on: .p1s) == [[255, 0], [255, 255], [1, 1]])
    #expect(try Self.places([255, 254, -1], on: .h2d) == [[255, 0], [254, 0], [255, 255]])
  }

  @Test func whereNoTrayIsNamedAtAllEverythingComesFromOutside() throws {
    #expect(try Self.places([-1], on: .p1s) == [[255, 0]])
    #expect(try Self.places([-1, -1], on: .h2d) == [[255, 0], [255, 0]])
  }
}
