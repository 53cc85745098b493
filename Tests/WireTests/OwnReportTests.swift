import Model
import Testing
import Wire

/// The repository's own reports, one file for each model: what the first full one and all of them together show.
@Suite struct OwnReportTests {
  private func messages(_ model: PrinterModel) throws -> [JSONValue] {
    let path = "\(TestFiles.ownReports)/\(model.rawValue.lowercased()).jsonl"
    return try TestFiles.lines(path).map { try JSONParser.parse($0, limits: JSONParser.Limits(bytes: 1 << 20)) }
  }

  /// The state after the first `count` messages; all without it.
  private func report(_ model: PrinterModel, after count: Int = .max) throws -> PrinterReport {
    let messages = try messages(model)
    let ota = messages.first?["info"]?["module"]?.array?.first
    var state = try ReportState(#require(ota?["sn"]?.string))
    for message in messages.prefix(count) { state.apply(json: message) }
    return state.report
  }

  @Test(
    "Every model is known by its reports, complete, and shows what it has and no more", arguments: PrinterModel.allCases
  )
  func everyModel(_ model: PrinterModel) throws {
    let report = try report(model)
    #expect(report.model == model)
    #expect(report.isComplete)
    #expect(report.firmware != nil)
    #expect(report.gcodeState != nil)
    #expect(report.nozzles.count == model.nozzleCount)
    #expect(report.nozzles.filter(\.isActive).count == 1)
    #expect(report.bed.temperature != nil)
    #expect((report.chamber.temperature != nil) == model.hasChamberSensor)
    #expect((report.doorOpen != nil) == model.hasDoorSensor)
    #expect((report.fans.aux != nil) == model.hasChamberFans)
    #expect(report.camera.kind == model.camera)
    #expect(report.ipAddress != nil)
    #expect(report.isWired != nil)
    #expect(report.ams.flatMap(\.trays).filter(\.isActive).count <= 1)
  }

  @Test("X1C: door from home_flag, old nozzle tree, units without a serial unknown, an update, a pause with a fault")
  func x1c() throws {
    let first = try report(.x1c, after: 2)
    #expect(first.doorOpen == true)
    #expect(first.job.taskName == "Lampenschirm ø200")
    #expect(first.chamber == Heater(temperature: 38))
    #expect(first.ams.map(\.kind) == [.ams, .unknown])
    #expect(first.ams[0].trays.map(\.isPresent) == [true, true, false, true])
    #expect(first.ams[0].trays.map(\.remaining) == [64, 12, nil, nil])
    #expect(first.activeTray == .ams(unit: 0, slot: 1))
    #expect(first.updateAvailable == true)
    #expect(first.needsSignature == false)
    #expect(first.hms.map(\.text) == ["0300_0100_0001_0007", "0C00_0200_0003_000E"])
    let last = try report(.x1c)
    #expect(last.doorOpen == false && last.sdcard == .normal)
    #expect(last.gcodeState == .pause && last.stage?.id == 6)
    #expect(last.printError?.text == "0700_8011")
    #expect(last.job.layer == 90)
  }

  @Test("X1 and X1E: external spool, broken card, live view off; chamber target, wired")
  func x1Series() throws {
    let x1 = try report(.x1)
    #expect(x1.activeTray == .external(id: 254))
    #expect(x1.sdcard == .abnormal)
    #expect(x1.camera.isDisabled == true && x1.camera.rtspURL == nil)
    #expect(x1.nozzles[0].heater.temperature == 26.1)
    let x1e = try report(.x1e, after: 2)
    #expect(x1e.gcodeState == .prepare && x1e.job.preparePercent == 62)
    #expect(x1e.chamber == Heater(temperature: 41, target: 55))
    #expect(x1e.isWired == true && x1e.wifiSignal == nil)
    #expect(try report(.x1e).chamber.target == 60)
  }

  @Test("P1: the reason of the last end, text numbers, AMS HT, sleeping AMS, last layer count")
  func p1Series() throws {
    #expect(try report(.p1p, after: 2).job.failReason?.isCancellation == true)
    #expect(try report(.p1p).job.totalLayers == 0)
    let p1s = try report(.p1s, after: 2)
    #expect(p1s.ams.map(\.kind) == [.ams, .ht])
    #expect(p1s.ams[1].humidityLevel == 0 && p1s.ams[1].humidity == 6)
    #expect(p1s.fans == Fans(part: 100, aux: 73, chamber: 33, heatbreak: 100))
    #expect(p1s.updateAvailable == true)
    let last = try report(.p1s)
    #expect(last.activeTray == .ams(unit: 128, slot: 0))
    #expect(last.ams[0].trays.map(\.isPresent) == [true, false, true, false])
    #expect(last.job.totalLayers == 230 && last.job.layer == 197 && last.job.progress == 100)
  }

  @Test("A1: no chamber, no chamber fans, AMS Lite; the A2L counts its slots on unit 16")
  func a1Series() throws {
    let mini = try report(.a1Mini, after: 2)
    #expect(mini.ams.map(\.kind) == [.lite])
    #expect(mini.nozzles[0].diameter == 0.2)
    #expect(mini.speed == PrintSpeed(level: 3, percent: 124))
    #expect(mini.printError?.text == "0300_8001" && mini.job.totalLayers == 140)
    let a1 = try report(.a1)
    #expect(a1.stage == PrintStage(id: 255, name: "idle"))
    #expect(a1.sdcard == .normal && a1.camera.timelapse == "enable")
    #expect(a1.ams[0].trays.map(\.isPresent) == [true, false, false, false])
    let a2l = try report(.a2l, after: 3)
    #expect(a2l.ams[0].id == 16 && a2l.ams[0].kind == .lite)
    #expect(a2l.ams[0].trays.map(\.isPresent) == [true, true, true, false])
    #expect(a2l.ams[0].trays[1].color == "00FF00FF")
    #expect(a2l.activeTray == nil, "the extruder says that nothing is loaded")
    #expect(try report(.a2l).activeTray == .ams(unit: 16, slot: 2))
  }

  @Test("P2S: the slot is local and the extruder names the unit; then the external spool feeds")
  func p2s() throws {
    let first = try report(.p2s, after: 2)
    #expect(first.activeTray == .ams(unit: 1, slot: 1))
    #expect(first.airduct?.parts.map(\.id) == [1, 2, 10])
    #expect(first.isWired == true && first.job.taskName == "Rack ")
    let last = try report(.p2s)
    #expect(last.activeTray == .external(id: 255))
    #expect(last.doorOpen == true && last.job.remainingMinutes == 60)
  }

  @Test("H2: packed temperatures of two nozzles, the active one decides; racks, signatures, cancelled jobs")
  func h2Series() throws {
    let h2d = try report(.h2d, after: 2)
    #expect(h2d.isComplete, "H2D sends full reports without msg")
    #expect(h2d.nozzles.map(\.heater.temperature) == [264, 40])
    #expect(h2d.nozzles.map(\.diameter) == [0.4, 0.6])
    #expect(h2d.chamber == Heater(temperature: 58, target: 60))
    #expect(h2d.activeTray == .ams(unit: 128, slot: 0) && h2d.activeNozzle == 0)
    let left = try report(.h2d)
    #expect(left.activeNozzle == 1 && left.nozzles[1].heater == Heater(temperature: 210, target: 220))
    #expect(left.activeTray == .external(id: 254) && left.doorOpen == true)
    let pro = try report(.h2dPro, after: 2)
    #expect(pro.activeNozzle == 1 && pro.activeTray == nil && pro.isWired == true)
    #expect(try report(.h2dPro).activeTray == .external(id: 255))
    let h2s = try report(.h2s)
    #expect(h2s.activeTray == .external(id: 255), "tray_now says slot 0")
    #expect(h2s.job.failReason?.isCancellation == true && h2s.job.totalLayers == 75)
    #expect(h2s.stage?.id == -1)
    let h2c = try report(.h2c, after: 2)
    #expect(h2c.gcodeState == .slicing && h2c.activeNozzle == 1 && h2c.activeTray == .ams(unit: 1, slot: 1))
    #expect(h2c.nozzles.map(\.diameter) == [0.4, 0.4], "the right one holds a hotend of the rack")
    #expect(h2c.needsSignature == true && h2c.ams.map(\.extruder) == [0, 1])
    #expect(try report(.h2c).needsSignature == false)
    let x2d = try report(.x2d)
    #expect(x2d.job.totalLayers == 500 && x2d.wifiSignal == -67 && x2d.doorOpen == true)
  }
}
