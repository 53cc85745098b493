import Model
import Simulator
import TestKit
import Wire

/// Measures from the broker's taking a report to the WebSocket client's having its `printer_state`.
///
/// Several printers report a little more than a second apart each, in turn, so that no message is held back by the rule
/// of one a second; both ends read one monotonic clock of this machine.
@main
struct LatencyBenchmark {
  private static let printers = 20
  private static let rounds = 15

  static func main() async throws { try await measure() }

  /// Off the main actor, whose turns would be part of the time.
  private nonisolated static func measure() async throws {
    let specifications = (0..<printers).map { _ in PrinterSpecification(model: .p1s) }
    try await Stage.play(specifications) { stage in
      for printer in stage.printers { try await stage.status(try stage.add(printer), within: 60, is: "idle") }
      // Their own reports would come between.
      for printer in stage.printers { printer.inject(.stale) }
      let socket = try stage.watch()
      try socket.send(["type": "subscribe", "events": ["printer_state"]])
      let clock = ContinuousClock()
      // What was held back before has gone out by then.
      try await clock.sleep(for: .seconds(2))
      try socket.send(["type": "ping"])
      _ = try socket.next { $0["type"] == "pong" }
      var times: [Duration] = []
      let began = clock.now
      for round in 0..<rounds {
        for (index, printer) in stage.printers.enumerated() {
          let turn = round * printers + index
          try await clock.sleep(until: began.advanced(by: .milliseconds(turn * 1100 / printers)))
          let signal = -(30 + round)
          let message: JSONValue = [
            "print": ["command": "push_status", "msg": 1, "wifi_signal": .string("\(signal)dBm")]
          ]
          guard let sent = printer.publish(message) else { throw TestKitError("the broker takes nothing") }
          _ = try socket.next {
            $0["printer_id"] == .int(Int64(index + 1)) && $0["payload"]?["wifi_signal"] == .int(Int64(signal))
          }
          times.append(clock.now - sent)
        }
      }
      times.sort()
      func shown(_ share: Double) -> String {
        let time = times[min(times.count - 1, Int(share * Double(times.count)))]
        let microseconds = time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000
        return "\(Double(microseconds / 10) / 100) ms"
      }
      print(
        "\(times.count) reports of \(printers) printers: median \(shown(0.5)), p99 \(shown(0.99)), worst \(shown(1))")
    }
  }
}
