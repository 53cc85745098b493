import FoundationEssentials
import TestKit
import Testing
import Wire

/// Documentation/api-coverage.md says which promised place is served, and by what.
struct CoverageTests {
  private static let file =
    #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/Documentation/api-coverage.md"

  @Test("The table of promised places is true; Scripts/api-coverage writes it anew")
  func theTableIsTrue() async throws {
    let service = try await ServiceProcess.start()
    let client = HTTPClient(port: service.port)
    let document = try client.get("/openapi.json").json
    let served = Self.served(by: try #require(document?["paths"]?.object))
    var pages: Set<String> = []
    for (_, place) in AskedFor.all where served[Self.shape(place)] == nil {
      // What browsers show is no part of the document.
      if !place.path.hasPrefix("/api/"), try client.get(place.path).status == 200 { pages.insert(place.path) }
    }
    #expect(try await service.stop() == 0)
    let table = Self.table(served: served, pages: pages)
    if ProcessInfo.processInfo.environment["LAYERBERRY_REWRITE"] != nil {
      try table.write(toFile: Self.file, atomically: true, encoding: .utf8)
    }
    let written = FileManager.default.contents(atPath: Self.file).map { String(decoding: $0, as: UTF8.self) }
    #expect(written == table, "run Scripts/api-coverage")
  }

  @Test("No place is listed twice")
  func noPlaceTwice() {
    let places = AskedFor.all.map { Self.shape($0.place) }
    #expect(Set(places).count == places.count)
  }

  /// What parameters are called makes no difference.
  private static func shape(_ place: AskedFor.Place) -> AskedFor.Place {
    let parts = place.path.split(separator: "/", omittingEmptySubsequences: false)
    return .init(
      method: place.method, path: parts.map { $0.hasPrefix("{") ? "{}" : String($0) }.joined(separator: "/"))
  }

  private static func served(by paths: [String: JSONValue]) -> [AskedFor.Place: String] {
    var served: [AskedFor.Place: String] = [:]
    for (path, item) in paths {
      for (verb, operation) in item.object ?? [:] {
        served[shape(.init(method: verb.uppercased(), path: path))] = operation["operationId"]?.string
      }
    }
    return served
  }

  private static func table(served: [AskedFor.Place: String], pages: Set<String>) -> String {
    var rows: [String] = []
    var count = 0
    for (sources, place) in AskedFor.all {
      var by = "to come"
      if let id = served[shape(place)] { by = "`\(id)`" } else if pages.contains(place.path) { by = "a page" }
      if by != "to come" { count += 1 }
      rows.append("| \(place.method) | `\(place.path)` | \(sources.joined(separator: ", ")) | \(by) |")
    }
    return """
      # What is promised, and what is served

      S0 is the early API reference, S1 the later one, C the contract over both. \(count) of \(rows.count) places are served.
      Written by `Scripts/api-coverage`; a test compares it with the running service.

      | Method | Path | Asked for by | Served by |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }
}
