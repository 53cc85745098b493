import Model
import Rules
import Testing
import Wire

/// The same lives of a print from the bytes that a printer sends, through the real decoding.
@Suite struct ReportStateLifecycleTests {
  private final class Bytes {
    private var state: ReportState
    private var lifecycle = PrintLifecycle()
    private var now = Timestamp.at(0)
    private(set) var words: [String] = []
    private(set) var progress: [PrintProgress] = []

    init() throws { state = ReportState(serial: try SerialNumber("01P00A3C0500123"), model: .p1s) }

    func send(after seconds: Double = 1, isFull: Bool = false, _ members: [String: JSONValue]) {
      now = now.adding(seconds: seconds)
      var print = members
      print["command"] = "push_status"
      print["msg"] = isFull ? 0 : 1
      var writer = JSONWriter()
      writer.write(["print": .object(print)])
      _ = writer.bytes.withUnsafeBytes { state.apply($0) }
      note(lifecycle.tick(now: now))
      note(lifecycle.step(report: state.report, now: now))
    }

    func reconnect(after seconds: Double) {
      lifecycle.linkLost(now: now)
      now = now.adding(seconds: seconds)
      state.beginSession()
      lifecycle.linkRestored(now: now)
    }

    private func note(_ events: [PrintEvent]) {
      for event in events {
        if case .progress(let new) = event { progress.append(new) }
        if let word = event.word { words.append(word) }
      }
    }
  }

  @Test func twoPrintsOfOneFileFollowEachOther() throws {
    let printer = try Bytes()
    printer.send(isFull: true, Message.idle)
    for id in ["7", "8"] {
      printer.send(["gcode_state": "PREPARE"])
      printer.send(Message.running(id, percent: 0, layer: 0))
      printer.send(["mc_percent": 50, "layer_num": 45])
      printer.send(["mc_percent": 100, "layer_num": 90])
      printer.send(["gcode_state": "FINISH"])
    }
    #expect(printer.words == ["started", "identified", "finished", "started", "identified", "finished"])
    #expect(printer.progress.map(\.percent) == [50, 100, 50, 100])
  }

  @Test func aPartialBeforeTheFirstFullReportConcludesNothing() throws {
    let printer = try Bytes()
    printer.send(isFull: true, Message.running())
    printer.reconnect(after: 600)
    printer.send(["gcode_state": "IDLE"])
    #expect(printer.words == ["observed"])
    printer.send(isFull: true, Message.ended("FINISH"))
    #expect(printer.words == ["observed", "finished"])
  }

  @Test func aCancellationIsReadFromItsCode() throws {
    let printer = try Bytes()
    printer.send(isFull: true, Message.running())
    printer.send(Message.cancelCode)
    printer.send(["gcode_state": "FAILED", "mc_percent": 0, "layer_num": 0])
    printer.send(["print_error": 0])
    printer.send(after: 10, ["wifi_signal": "-50dBm"])
    #expect(printer.words == ["observed", "stopped"])
  }
}
