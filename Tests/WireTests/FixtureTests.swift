import Model
import Testing
import Wire

/// Recorded reports against the values that they must show. The recordings are not in the repository: the environment
/// variable LAYERBERRY_FIXTURES names their folder. Without it `OwnReportTests` stands in.
@Suite(.enabled(if: TestFiles.fixtures != nil, "LAYERBERRY_FIXTURES names no folder of recordings"))
struct FixtureTests {
  @Test(
    "Each recording shows what is expected of it, message by message",
    arguments: (try? TestFiles.names(in: TestFiles.fixtures ?? "")) ?? [])
  func recording(_ name: String) throws {
    let folder = try #require(TestFiles.fixtures)
    let recording = try TestFiles.json("\(folder)/\(name)")
    let expected = try TestFiles.json("\(folder)/expected/\(name)")
    var state = try ReportState(#require(recording["serial"]?.string))
    if let version = recording["get_version"]?.object { state.apply(json: .object(version)) }
    var messages: [(name: String, message: JSONValue)] = []
    if let message = recording["pushall"], message != .null { messages.append(("pushall", message)) }
    for delta in recording["deltas"]?.array ?? [] {
      messages.append(("delta:\(delta["name"]?.string ?? "")", try #require(delta["message"])))
    }
    let steps = try #require(expected["steps"]?.array)
    #expect(steps.count == messages.count)
    var members: [String: JSONValue] = [:]
    for (step, message) in zip(steps, messages) {
      #expect(step["after"]?.string == message.name)
      guard case .status(let isFull) = state.apply(json: message.message) else {
        Issue.record("\(message.name) is no status")
        continue
      }
      #expect(isFull == (message.name == "pushall"))
      if let all = step["expect"]?.object { members = all }
      for (key, value) in step["expect_changed"]?.object ?? [:] { members[key] = value }
      let differences = ExpectedStatus(members: members).differences(from: state.report)
      #expect(differences.isEmpty, "\(message.name): \(differences.joined(separator: "; "))")
    }
  }

  @Test("A reply to get_version after the status gives the same report")
  func versionAfterStatus() throws {
    let folder = try #require(TestFiles.fixtures)
    for name in try TestFiles.names(in: folder) {
      let recording = try TestFiles.json("\(folder)/\(name)")
      guard let version = recording["get_version"]?.object, let status = recording["pushall"] else { continue }
      var first = try ReportState(#require(recording["serial"]?.string))
      var second = first
      first.apply(json: .object(version))
      first.apply(json: status)
      second.apply(json: status)
      second.apply(json: .object(version))
      #expect(first.report == second.report, "\(name)")
      first.apply(json: status)
      #expect(first.report == second.report, "\(name): a full report twice changes nothing")
    }
  }
}
