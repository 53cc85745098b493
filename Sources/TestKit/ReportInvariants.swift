package import Model

/// What holds for every report, whatever a printer sent: ranges and counts. Tests and the fuzzer ask for it.
package enum ReportInvariants {
  /// The rules that a report breaks; empty for a sound one.
  package static func violations(of report: PrinterReport) -> [String] {
    var broken: [String] = []
    func require(_ condition: Bool, _ rule: String) {
      if !condition { broken.append(rule) }
    }
    func isPercent(_ value: Int?) -> Bool { value.map { (0...100).contains($0) } ?? true }
    func isHeater(_ heater: Heater) -> Bool {
      [heater.temperature, heater.target].allSatisfy { $0.map { (-50...500).contains($0) } ?? true }
    }
    func isShort(_ text: String?, _ limit: Int = 64) -> Bool { (text?.utf8.count ?? 0) <= limit }

    require(isPercent(report.job.progress) && isPercent(report.job.preparePercent), "progress is a percentage")
    require((report.job.layer ?? 0) >= 0 && (report.job.totalLayers ?? 0) >= 0, "layers are counted up")
    require(isShort(report.job.taskName, 512) && isShort(report.job.file, 512), "names are bounded")
    require(isShort(report.job.taskID) && isShort(report.job.subtaskID), "ids are bounded")
    require(report.job.skippedObjects.count <= 1024, "skipped objects are bounded")
    require(report.nozzles.count <= 2, "no more than two nozzles")
    require(report.nozzles.filter(\.isActive).count <= 1, "at most one nozzle is active")
    require(report.nozzles.allSatisfy { isHeater($0.heater) }, "nozzle temperatures")
    require(isHeater(report.bed) && isHeater(report.chamber), "bed and chamber temperatures")
    let fans = [report.fans.part, report.fans.aux, report.fans.chamber, report.fans.heatbreak]
    require(fans.allSatisfy(isPercent), "fans are percentages")
    require(report.airduct?.parts.count ?? 0 <= 16, "air duct parts are bounded")
    require(report.airduct?.parts.allSatisfy { isPercent($0.percent) } ?? true, "air duct parts are percentages")
    require(report.lights.count <= 8, "lights are bounded")
    require(report.hms.count <= 64, "faults are bounded")
    require(report.ams.count <= 16, "AMS units are bounded")
    require(Set(report.ams.map(\.id)).count == report.ams.count, "AMS units have one id each")
    for unit in report.ams {
      require(unit.trays.count <= 16, "trays are bounded")
      require(isPercent(unit.humidity) && (unit.humidityLevel.map { (0...5).contains($0) } ?? true), "humidity")
      require(unit.trays.allSatisfy { isPercent($0.remaining) && isShort($0.type) && isShort($0.color, 8) }, "trays")
      require(unit.trays.allSatisfy { $0.isPresent || $0.type == nil }, "an empty slot has no filament")
    }
    require(report.ams.flatMap(\.trays).filter(\.isActive).count <= 1, "at most one tray is active")
    require(report.externalSpools.count <= 2, "external spools are bounded")
    require(report.wifiSignal.map { (-150...0).contains($0) } ?? true, "signal")
    require(isShort(report.camera.rtspURL, 256) && isShort(report.firmware), "texts are bounded")
    return broken
  }
}
