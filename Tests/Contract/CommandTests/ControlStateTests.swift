import Glibc
import Model
import Simulator
import TestKit
import Testing
import Wire

/// What control answers when the printer's state, the printer itself or the link is in the way (contract, section 5).
@Suite("Control answers for the printer", .serialized, .enabled(if: CommandRig.isPossible))
struct ControlStateTests {
  private func expect(
    _ rig: CommandRig, _ index: Int, _ path: String, _ body: JSONValue?, _ status: Int, _ code: String
  ) async throws {
    let answer = try await rig.post(index, path, body)
    #expect(answer.status == status, "\(path): \(answer.text)")
    #expect(answer.json?["code"]?.string == code, "\(path): \(answer.text)")
  }

  @Test("a state in which the command means nothing is a 409, and nothing is sent", .timeLimit(.minutes(2)))
  func stateIsInTheWay() async throws {
    let rig = try await CommandRig.start([.x1c])
    let moves: [(String, JSONValue?)] = [
      ("home", nil), ("jog", ["axis": "x", "mm": 1]), ("gcode", ["lines": ["G28"]]), ("gcode", ["lines": ["M84"]]),
      ("extruder", ["index": 0]), ("calibrate", ["options": ["vibration"]]), ("ams/0/trays/1/read", nil),
    ]
    for path in ["pause", "resume", "stop", "clear-error", "ams/unload"] {
      try await expect(rig, 0, path, nil, 409, "CONFLICT")
    }
    try await expect(rig, 0, "speed", ["level": 2], 409, "CONFLICT")
    try await expect(rig, 0, "skip-objects", ["objects": [1]], 409, "CONFLICT")
    try await expect(rig, 0, "ams/load", ["tray": 3], 409, "CONFLICT")
    try await expect(rig, 0, "ams/load", ["tray": 12], 409, "CONFLICT")
    try await expect(rig, 0, "ams/1/drying", ["stop": true], 409, "CONFLICT")
    try await expect(rig, 0, "ams/0/trays/0", ["type": "PLA", "color": "FF0000"], 409, "CONFLICT")
    rig.printers[0].startPrint(name: "Bracket", layers: 200, minutes: 6000)
    try await rig.wait(0, "it prints") { $0["state"]?.string == "printing" }
    for (path, body) in moves { try await expect(rig, 0, path, body, 409, "PRINTER_BUSY") }
    try await expect(rig, 0, "ams/load", ["tray": 1], 409, "PRINTER_BUSY")
    try await expect(rig, 0, "resume", nil, 409, "CONFLICT")
    rig.printers[0].pause()
    try await rig.wait(0, "it is paused") { $0["state"]?.string == "paused" }
    for (path, body) in moves { try await expect(rig, 0, path, body, 409, "PRINTER_BUSY") }
    try await expect(rig, 0, "pause", nil, 409, "CONFLICT")
    #expect(rig.commands(0).isEmpty)
    // Heaters may be set while a job runs.
    #expect(try await rig.post(0, "gcode", ["lines": ["M104 S230"]]).status == 200)
    rig.printers[0].powerOff()
    try await rig.wait(0, "it is offline") { $0["state"]?.string == "offline" }
    try await expect(rig, 0, "stop", nil, 409, "PRINTER_OFFLINE")
    try await expect(rig, 0, "light", ["on": true], 409, "PRINTER_OFFLINE")
    #expect(rig.commands(0).count == 1)
    try await rig.stop()
  }

  @Test("a printer that wants signed commands is told from one that does not", .timeLimit(.minutes(2)))
  func signatures() async throws {
    let rig = try await CommandRig.start([.h2d, .p1s, .a1])
    // The bit in its reports.
    rig.printers[0].setAuthorization(.required)
    let status = try await rig.wait(0, "refused") { $0["control"]?.string == "refused" }
    let hint = status["control_hint"]?.string
    #expect(hint?.contains("Developer mode") == true)
    let answer = try await rig.post(0, "light", ["on": true])
    #expect(answer.status == 409 && answer.json?["code"]?.string == "COMMAND_REFUSED")
    #expect(answer.json?["control_hint"]?.string == hint)
    #expect(rig.commands(0).isEmpty, "nothing is sent")
    // Following goes on.
    #expect(status["state"]?.string == "idle" && (status["temperatures"] ?? .null) != .null)
    rig.printers[0].setAuthorization(.open)
    try await rig.wait(0, "allowed again") { $0["control"]?.string == "allowed" }
    #expect(try await rig.post(0, "light", ["on": true]).status == 200)
    // The health message, where no bit is sent.
    #expect(try await rig.status(1)["control"]?.string == "unknown")
    rig.printers[1].setHMS([(attribute: 0x0500_0500, code: 0x0001_0007)])
    try await rig.wait(1, "refused") { $0["control"]?.string == "refused" }
    try await expect(rig, 1, "light", ["on": true], 409, "COMMAND_REFUSED")
    #expect(rig.commands(1).isEmpty)
    // The reply of a failed verification, seen by somebody who was not warned.
    #expect(try await rig.status(2)["control"]?.string == "unknown")
    try await refuseByReply(rig, 2)
    try await rig.stop()
  }

  /// The printer stands still while its answer is written by hand.
  private func refuseByReply(_ rig: CommandRig, _ index: Int) async throws {
    rig.printers[index].inject(.zombie)
    let pending = PendingPost(rig, index, "light", key: try await rig.key(), body: #"{"on":true}"#)
    let request = try await rig.commands(index, count: 1)[0]
    var echo = request["system"]?.object ?? [:]
    echo["result"] = "failed"
    echo["reason"] = "mqtt message verify failed"
    echo["err_code"] = 84_033_545
    rig.printers[index].publish(["system": .object(echo)])
    #expect(try pending.answer().status == 409)
    try await rig.wait(index, "refused") { $0["control"]?.string == "refused" }
    try await expect(rig, index, "home", nil, 409, "COMMAND_REFUSED")
  }

  @Test("the printer's own reason is told", .timeLimit(.minutes(2)))
  func reasonIsTold() async throws {
    let rig = try await CommandRig.start([.p1s])
    rig.printers[0].inject(.zombie)
    let pending = PendingPost(rig, 0, "home", key: try await rig.key(), body: "")
    let request = try await rig.commands(0, count: 1)[0]
    var echo = request["print"]?.object ?? [:]
    echo["result"] = "FAIL"
    echo["reason"] = "axis is stuck"
    rig.printers[0].publish(["print": .object(echo)])
    let answer = try pending.answer()
    #expect(answer.status == 409 && answer.json?["code"]?.string == "COMMAND_REFUSED")
    #expect(answer.json?["detail"]?.string?.contains("axis is stuck") == true)
    #expect(try await rig.status(0)["control"]?.string == "unknown")
    try await rig.stop()
  }

  @Test("an echo without result counts when a report shows the effect", .timeLimit(.minutes(2)))
  func echoWithEffect() async throws {
    let rig = try await CommandRig.start([.p1s])
    rig.printers[0].inject(.zombie)
    let pending = PendingPost(rig, 0, "temperature", key: try await rig.key(), body: #"{"bed":55}"#)
    let request = try await rig.commands(0, count: 1)[0]
    rig.printers[0].publish(request)
    rig.printers[0].publish(["print": ["command": "push_status", "msg": 1, "bed_target_temper": 55.0]])
    let answer = try pending.answer()
    #expect(answer.status == 200, "\(answer.text)")
    try await rig.stop()
  }

  @Test(
    "whoever waits while the printer is disconnected, deleted or the service stops is told which",
    .timeLimit(.minutes(2)))
  func partings() async throws {
    let rig = try await CommandRig.start([.p1s, .x1c, .a1])
    for printer in rig.printers { printer.inject(.zombie) }
    let key = try await rig.key()
    var pending: [PendingPost] = []
    for index in rig.ids.indices {
      pending.append(PendingPost(rig, index, "light", key: key, body: #"{"on":true}"#))
      _ = try await rig.commands(index, count: 1)
    }
    #expect(try await rig.post(0, "disconnect").status == 200)
    let parted = try pending[0].answer()
    #expect(parted.status == 409 && parted.json?["code"] == "PRINTER_OFFLINE", "\(parted.text)")
    #expect(parted.text.contains("was disconnected before it answered"), "\(parted.text)")
    #expect(try await rig.delete(1).status == 200)
    let deleted = try pending[1].answer()
    #expect(deleted.status == 404 && deleted.json?["code"] == "PRINTER_NOT_FOUND", "\(deleted.text)")
    #expect(deleted.text.contains("was deleted before it answered"), "\(deleted.text)")
    rig.service.process.signal(SIGTERM)
    let stopping = try pending[2].answer()
    #expect(stopping.status == 503 && stopping.text.contains("is stopping"), "\(stopping.text)")
    #expect(stopping.headers["retry-after"] != nil)
    try await rig.stop()
  }

  @Test("silence is a 504 after ten seconds, and the ninth command a 503", .timeLimit(.minutes(2)))
  func silenceAndFullDesk() async throws {
    let rig = try await CommandRig.start([.p1s])
    rig.printers[0].inject(.zombie)
    let key = try await rig.key()
    let clock = ContinuousClock()
    let began = clock.now
    let pending = (0..<8).map { _ in PendingPost(rig, 0, "light", key: key, body: #"{"on":true}"#) }
    _ = try await rig.commands(0, count: 8)
    let ninth = try await rig.post(0, "light", ["on": true])
    #expect(ninth.status == 503 && ninth.json?["code"]?.string == "SERVICE_UNAVAILABLE")
    #expect(ninth.headers["retry-after"] != nil)
    #expect(rig.commands(0).count == 8, "nothing of the ninth is sent")
    for one in pending {
      let answer = try one.answer()
      #expect(answer.status == 504 && answer.json?["code"]?.string == "MQTT_ERROR", "\(answer.text)")
    }
    let took = clock.now - began
    #expect(took >= .seconds(10) && took < .seconds(14), "\(took)")
    try await rig.stop()
  }

  @Test("a cleared plate is shown, outlives a restart, and is forgotten when a print begins", .timeLimit(.minutes(2)))
  func plateCleared() async throws {
    let rig = try await CommandRig.start([.p1s])
    // First seen idle.
    try await rig.wait(0, "cleared") { $0["plate_cleared"] == true }
    #expect(try await rig.post(0, "plate-cleared", ["cleared": false]).status == 200)
    #expect(try await rig.status(0)["plate_cleared"] == false)
    let answer = try await rig.post(0, "plate-cleared", ["cleared": true])
    #expect(answer.status == 200 && answer.json == ["result": "acknowledged"])
    #expect(try await rig.status(0)["plate_cleared"] == true)
    #expect(try await rig.service.stop() == 0)
    let again = try await ServiceProcess.start(in: rig.service.folder, port: rig.service.port)
    try await rig.wait(0, "kept") { $0["plate_cleared"] == true && $0["state"]?.string == "idle" }
    rig.printers[0].startPrint(name: "Bracket", layers: 200, minutes: 6000)
    try await rig.wait(0, "taken") { $0["plate_cleared"] == false && $0["state"]?.string == "printing" }
    #expect(try await again.stop() == 0)
    await rig.simulation.stop()
  }
}
