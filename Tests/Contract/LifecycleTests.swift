import Simulator
import TestKit
import Testing
import Wire

/// The recorded courses of prints, told over the WebSocket: each start and each end once, at its message.
@Suite(.enabled(if: Recordings.folder != nil, "LAYERBERRY_FIXTURES names no folder of recordings"))
struct LifecycleTests {
  /// What a client hears of the words in the recordings; pauses and observed prints show in the state alone.
  private static let messages = [
    "started": "print_started", "completed": "print_complete", "cancelled": "print_failed", "failed": "print_failed",
  ]
  private static let states = [
    "IDLE": "idle", "PREPARE": "preparing", "RUNNING": "printing", "PAUSE": "paused", "FINISH": "finished",
    "FAILED": "failed",
  ]

  @Test("Every course tells its starts and ends, and shows its states")
  func everyCourseTellsItsStartsAndEnds() async throws {
    let folder = try #require(Recordings.folder) + "/lifecycle"
    let names = try Recordings.names(in: folder, suffix: ".json")
    try #require(!names.isEmpty)
    try await Stage.play(names.map { .replay("\(folder)/\($0)") }) { stage in
      for (index, name) in names.enumerated() {
        let printer = stage.printers[index]
        let heard = try Listener(stage)
        let id = try stage.add(printer)
        let messages = try #require(Recordings.json("\(folder)/\(name)")["messages"]?.array)
        let expected = try #require(
          Recordings.json("\(folder)/../expected/lifecycle/\(name)")["expected_events"]?.array)
        var wanted = expected.filter { Self.messages[$0["event"]?.string ?? ""] != nil }
        var state = ""
        for (number, message) in messages.enumerated() {
          if number > 0 { printer.nextDelta() }
          if let word = message["print"]?["gcode_state"]?.string { state = try #require(Self.states[word]) }
          // A mark shows that the message was taken, also where it changes no state.
          let signal = -(30 + number)
          if number > 0 { printer.publishMark(signal) }
          let status = try await stage.status(id, "\(name): message \(number) is taken") {
            $0["state"]?.string == state && (number == 0 || $0["wifi_signal"] == .int(Int64(signal)))
          }
          #expect(
            (status["current_print"] ?? .null) != .null
              || !["preparing", "printing", "paused"].contains(state), "\(name): message \(number)")
          let due = wanted.prefix { event in
            guard case .int(let at)? = event["at_message_index"] else { return false }
            return at <= number
          }
          for event in due {
            let told = try heard.nextPrintMessage()
            let word = try #require(event["event"]?.string)
            #expect(told["type"]?.string == Self.messages[word], "\(name): message \(number)")
            #expect(told["payload"]?["task_name"] == event["job"], "\(name): message \(number)")
            if word == "cancelled" { #expect(told["payload"]?["status"] == "stopped") }
            if word == "completed" { #expect(told["payload"]?["status"] == "success") }
          }
          wanted.removeFirst(due.count)
          let early = try heard.printMessagesUntilNow().filter { _ in !Self.mayStartEarly(wanted, after: number) }
          #expect(early.isEmpty, "\(name): message \(number) told too much: \(early)")
        }
        #expect(wanted.isEmpty, "\(name): never told: \(wanted)")
      }
    }
  }

  /// A start may be told at PREPARE, one or two messages before RUNNING (the recordings' README).
  private static func mayStartEarly(_ wanted: [JSONValue], after number: Int) -> Bool {
    guard let next = wanted.first, next["event"] == "started", case .int(let at)? = next["at_message_index"] else {
      return false
    }
    return (at - 2...at).contains(Int64(number))
  }

  /// A WebSocket that hears only of prints; one that was told early is kept until it is due.
  private final class Listener {
    private let socket: WebSocketClient
    private var kept: [JSONValue] = []

    init(_ stage: Stage) throws {
      socket = try stage.watch()
      try socket.send(["type": "subscribe", "events": ["print_started", "print_complete", "print_failed"]])
      _ = try printMessagesUntilNow()
    }

    func nextPrintMessage() throws -> JSONValue {
      if !kept.isEmpty { return kept.removeFirst() }
      return try socket.next { $0["printer_id"] != nil && $0["type"] != "printer_state" }
    }

    /// Everything that was sent before this moment.
    func printMessagesUntilNow() throws -> [JSONValue] {
      try socket.send(["type": "ping"])
      while true {
        let message = try socket.next { _ in true }
        if message["type"] == "pong" { return kept }
        if message["type"] != "printer_state" { kept.append(message) }
      }
    }
  }
}
