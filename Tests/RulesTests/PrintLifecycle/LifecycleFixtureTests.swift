import Foundation
import Model
import Rules
import Testing
import Wire

private let fixtures = ProcessInfo.processInfo.environment["LAYERBERRY_FIXTURES"]

/// The recorded orders of events: sequences of messages, and what each must tell.
@Suite(.enabled(if: fixtures != nil, "LAYERBERRY_FIXTURES does not say where the recordings are"))
struct LifecycleFixtureTests {
  private func read(_ path: String) throws -> JSONValue {
    let folder = try #require(fixtures)
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)"))
    return try JSONParser.parse([UInt8](data), limits: JSONParser.Limits(bytes: 1 << 20))
  }

  @Test(arguments: [
    "idle-first-message-finish", "normal-print", "pause-runout-resume", "reconnect-mid-print", "user-cancel",
  ])
  func theSequenceTellsWhatItShould(name: String) throws {
    let messages = try #require(try read("lifecycle/\(name).json")["messages"]?.array)
    let run = LifecycleRun()
    var told: [Told] = []
    for (index, message) in messages.enumerated() {
      for event in run.message(try #require(message["print"]?.object)) {
        if let word = event.word, word != "identified" { told.append(Told(event: word, index: index)) }
      }
    }
    run.wait(10)
    let expected = try #require(try read("expected/lifecycle/\(name).json")["expected_events"]?.array)
    try #require(told.count == expected.count)
    for (event, wanted) in zip(told, expected) {
      let word = try #require(wanted["event"]?.string)
      #expect(event.event == Self.ourWords[word])
      guard case .int(let index)? = wanted["at_message_index"] else { continue }
      // A start may be told at PREPARE, one or two messages before RUNNING.
      #expect((word == "started" ? Int(index) - 2...Int(index) : Int(index)...Int(index)).contains(event.index))
    }
  }

  private struct Told {
    var event: String
    var index: Int
  }

  private static let ourWords = [
    "started": "started", "resumed_observation": "observed", "paused": "paused", "resumed": "resumed",
    "completed": "finished", "cancelled": "stopped", "failed": "failed",
  ]
}
