import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// Reports that no printer should send: logged once, the session goes on, memory does not grow.
struct HostileReportTests {
  /// Every field of a status that has a meaning, for values of the wrong type and out of range.
  private static let fields = [
    "msg", "gcode_state", "mc_percent", "mc_remaining_time", "layer_num", "total_layer_num", "3D", "gcode_file",
    "subtask_name", "task_id", "subtask_id", "print_type", "gcode_file_prepare_percent", "stg_cur", "stg",
    "print_error",
    "fail_reason", "hms", "nozzle_temper", "nozzle_target_temper", "bed_temper", "bed_target_temper", "chamber_temper",
    "cooling_fan_speed", "big_fan1_speed", "big_fan2_speed", "heatbreak_fan_speed", "spd_lvl", "spd_mag",
    "lights_report", "net", "ipcam", "xcam", "ams", "vt_tray", "vir_slot", "home_flag", "stat", "fun",
    "nozzle_diameter", "nozzle_type", "sdcard", "upgrade_state", "s_obj", "device", "online",
  ]

  private static let wrongValues: [JSONValue] = [
    nil, true, -1, 9_223_372_036_854_775_807, 1e300, "", "no number", [], [[]], [nil, 1, "x", ["id": [:]]],
    ["id": ["id": -1]], ["ams": [["id": "x", "tray": [["id": 1e9]]], 7]],
  ]

  private static func status(_ members: [String: JSONValue]) -> [UInt8] {
    var print = members
    print["command"] = "push_status"
    if print["msg"] == nil { print["msg"] = 1 }
    var writer = JSONWriter()
    writer.write(["print": .object(print)])
    return writer.bytes
  }

  /// What every round publishes; small, and in sum some megabytes.
  private static let messages: [[UInt8]] = {
    var all: [[UInt8]] = [
      [], [0], Array("no JSON".utf8), Array("{".utf8), Array("[]".utf8), Array("\"text\"".utf8), Array("null".utf8),
      Array("{\"print\":7}".utf8), Array("{\"print\":{\"command\":\"push_status\"".utf8),
      Array("{\"print\":{\"command\":[]}}".utf8), Array("{\"info\":{\"command\":\"get_version\",\"module\":{}}}".utf8),
      Array("{\"print\":{\"command\":\"push_status\",\"msg\":1,\"subtask_name\":\"".utf8) + [0xC3, 0x28, 0xFF]
        + Array("\"}}".utf8),
      status(["wifi_signal": "-50dBm"]) + [0], status(["wifi_signal": "-50dBm"]) + Array(" \n\0\0".utf8),
      [UInt8](repeating: UInt8(ascii: "["), count: 10_000) + [UInt8](repeating: UInt8(ascii: "]"), count: 10_000),
      Array(String(repeating: "{\"print\":", count: 10_000).utf8),
      status(["subtask_name": .string(String(repeating: "n", count: 200_000))]),
      status(["hms": .array((0..<5000).map { ["attr": .int($0), "code": .int($0)] })]),
      status(["ams": ["ams": .array((0..<2000).map { ["id": .string("\($0)"), "tray": []] })]]),
      status(Dictionary(uniqueKeysWithValues: (0..<5000).map { ("unknown_\($0)", JSONValue.int(Int64($0))) })),
    ]
    for field in fields { for value in wrongValues { all.append(status([field: value])) } }
    return all
  }()

  private static func residentKilobytes(_ process: pid_t) throws -> Int {
    let text = String(decoding: try Recordings.bytes("/proc/\(process)/status"), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return try #require(line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) })
  }

  @Test("Reports of every hostile kind leave the session, the status and the memory as they were")
  func hostileReports() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)]) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      // What the simulated printer says of itself would mix with what is published here.
      printer.inject(.stale)
      var marks = 0
      func published() async throws {
        marks += 1
        let signal = -(30 + marks % 60)
        printer.publishMark(signal)
        try await stage.status(id, within: 30, "everything was taken") { $0["wifi_signal"] == .int(Int64(signal)) }
      }
      func round() async throws {
        for message in Self.messages { printer.publish(message) }
        // A word that is no state makes the state unknown until the next one, and the status with it.
        printer.publish(Self.status(["gcode_state": "IDLE"]))
        try await published()
      }
      // The first rounds fill what is bounded: names, lists, the allocator's pools.
      for _ in 0..<3 { try await round() }
      let before = try Self.residentKilobytes(stage.service.process.id)
      for _ in 0..<6 { try await round() }
      let after = try Self.residentKilobytes(stage.service.process.id)
      #expect(after - before < 4096, "grew from \(before) to \(after) kB over \(6 * Self.messages.count) reports")
      #expect(printer.counters.sessionsEver == 1, "the session goes on")
      let lines = stage.service.process.text.split(separator: "\n").filter { $0.contains("was not taken") }
      #expect(lines.count == 1, "logged once: \(lines)")
      // A sound full report puts everything right again.
      printer.publish(try Self.soundReport())
      let status = try await stage.status(id, is: "idle")
      #expect(status["temperatures"]?["bed"] == 24.5 || status["temperatures"]?["bed"]?.kind == "a number")
      #expect(status["connected"] == true && status["error"] == .null)
      #expect(try HTTPClient(port: stage.service.port).get("/health").status == 200)
    }
  }

  @Test("A report of 10 MB is passed over and forgotten")
  func enormousReports() async throws {
    try await Stage.play([PrinterSpecification(model: .p1s)]) { stage in
      let printer = stage.printers[0]
      let id = try stage.add(printer)
      try await stage.status(id, is: "idle")
      printer.inject(.stale)
      let enormous = [UInt8](repeating: UInt8(ascii: " "), count: 10_000_000)
      let before = try Self.residentKilobytes(stage.service.process.id)
      for number in 1...2 {
        printer.publish(enormous)
        printer.publishMark(-30 - number)
        try await stage.status(id, within: 40, "the enormous one was passed over") {
          $0["wifi_signal"] == .int(Int64(-30 - number))
        }
      }
      let after = try Self.residentKilobytes(stage.service.process.id)
      #expect(after - before < 4096, "grew from \(before) to \(after) kB")
      #expect(printer.counters.sessionsEver == 1, "the session goes on")
      let lines = stage.service.process.text.split(separator: "\n").filter { $0.contains("was not taken") }
      #expect(lines.count == 1, "logged once: \(lines)")
    }
  }

  private static func soundReport() throws -> [UInt8] {
    status([
      "msg": 0, "gcode_state": "IDLE", "bed_temper": 24.5, "nozzle_temper": 25, "mc_percent": 0, "print_error": 0,
    ])
  }
}
