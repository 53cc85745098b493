import Simulator
import TestKit
import Testing
import Wire

/// Every recording, replayed by the simulator through a real broker, gives at `GET /printers/{id}/status` the values
/// beside it. One service follows all of them at once, as a farm's does.
///
/// The recordings are not in the repository: the environment variable LAYERBERRY_FIXTURES names their folder. Reports of
/// our own are replayed in the same way (`OwnReportTests`).
@Suite(.enabled(if: Recordings.folder != nil, "LAYERBERRY_FIXTURES names no folder of recordings"))
struct RecordingTests {
  @Test("Every recording gives the status beside it, after every message")
  func everyRecordingGivesItsStatus() async throws {
    let folder = try #require(Recordings.folder)
    let names = try Recordings.names(in: folder, suffix: ".json")
    try #require(!names.isEmpty)
    try await Stage.play(names.map { .replay("\(folder)/\($0)") }) { stage in
      // All first, so that they connect while the others are compared.
      let ids = try stage.printers.map { try stage.add($0) }
      for (index, name) in names.enumerated() {
        let expected = try Recordings.json("\(folder)/expected/\(name)")
        try await replay(stage, printer: index, id: ids[index], expected: expected, name: name)
      }
    }
  }

  private func replay(_ stage: Stage, printer: Int, id: Int64, expected: JSONValue, name: String) async throws {
    let printer = stage.printers[printer]
    var wanted = ExpectedStatus(members: [:])
    let steps = try #require(expected["steps"]?.array)
    for (number, step) in steps.enumerated() {
      let title = step["after"]?.string ?? ""
      if let all = step["expect"]?.object { wanted.members = all }
      let changes = step["expect_changed"]?.object ?? [:]
      wanted.members.merge(changes) { $1 }
      if title != "pushall" {
        try await stage.status(id, "\(name) is connected") { $0["connected"] == true }
        #expect(printer.nextDelta().map { "delta:\($0)" } == title, "\(name)")
      }
      if number > 0, changes.isEmpty {
        // Nothing is to change: a mark tells when the message has been taken.
        let signal = -(30 + number)
        printer.publishMark(signal)
        wanted.members["wifi_dbm"] = .int(Int64(signal))
      }
      var differences: [String] = []
      _ = try? await eventually(within: 8, "") { () -> Bool? in
        differences = wanted.differences(from: try stage.status(id))
        return differences.isEmpty ? true : nil
      }
      #expect(differences.isEmpty, "\(name), after \(title): \(differences.joined(separator: "; "))")
      let ofPrinter = wanted.differences(fromPrinter: try stage.printer(id))
      #expect(ofPrinter.isEmpty, "\(name), after \(title): \(ofPrinter.joined(separator: "; "))")
    }
  }
}
