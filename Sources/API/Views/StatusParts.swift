import Model
import Rules
import Service
package import Wire

package struct StageView: WireObject {
  let stage: PrintStage

  package static let name = "Stage"
  package static let fields: [ObjectField<StageView>] = [
    ObjectField("id", "The printer's own number for the stage.", example: 0) { $0.stage.id },
    ObjectField("name", "The stage in words.", example: "printing") { $0.stage.name },
  ]
}

package struct SpeedView: WireObject {
  let speed: PrintSpeed

  package static let name = "Speed"
  package static let fields: [ObjectField<SpeedView>] = [
    ObjectField("level", "1 silent, 2 standard, 3 sport, 4 ludicrous.", example: 2) { $0.speed.level },
    ObjectField("percent", "100 is standard.", example: 100) { $0.speed.percent },
  ]
}

/// The temperatures of S1, with targets; the second nozzle only on machines that have one.
package struct TemperaturesView: WireObject {
  let report: PrinterReport

  private var main: Nozzle? {
    hasTwo ? report.nozzles.first { $0.id == 0 } : report.nozzles.first { $0.isActive } ?? report.nozzles.first
  }
  private var second: Nozzle? { report.nozzles.first { $0.id == 1 } }
  private var hasTwo: Bool { report.model.map { $0.nozzleCount > 1 } ?? (second != nil) }

  package static let name = "Temperatures"
  package static let fields: [ObjectField<TemperaturesView>] = [
    ObjectField("nozzle", "The only nozzle, or the right one.", example: 220) { $0.main?.heater.temperature },
    ObjectField("nozzle_target", "Its target.", example: 220) { $0.main?.heater.target },
    ObjectField("nozzle_2", "The left nozzle; only on machines with two.", example: 220, isAlwaysThere: false) {
      $0.second?.heater.temperature
    },
    ObjectField("nozzle_2_target", "Its target.", example: 220, isAlwaysThere: false) { $0.second?.heater.target },
    ObjectField("bed", "The heat bed.", example: 60) { $0.report.bed.temperature },
    ObjectField("bed_target", "Its target.", example: 60) { $0.report.bed.target },
    ObjectField("chamber", "The chamber; null without a sensor.", example: 35) { $0.report.chamber.temperature },
    ObjectField("chamber_target", "Its target; null without a heater.", example: .null) { $0.report.chamber.target },
  ]

  package func write(to json: inout JSONWriter) {
    json.beginObject()
    for field in Self.fields where hasTwo || !Self.ofSecondNozzle.contains(field.name.description) {
      field.write(self, &json)
    }
    json.endObject()
  }

  private static let ofSecondNozzle: Set<String> = ["nozzle_2", "nozzle_2_target"]
}

package struct NozzleView: WireObject {
  let nozzle: Nozzle

  package static let name = "Nozzle"
  package static let fields: [ObjectField<NozzleView>] = [
    ObjectField("id", "0 is the right or only one, 1 the left one.", example: 0) { $0.nozzle.id },
    ObjectField("side", "`single`, `right` or `left`.", example: "single") { $0.nozzle.side.rawValue },
    ObjectField("temperature", "°C.", example: 220) { $0.nozzle.heater.temperature },
    ObjectField("target", "°C.", example: 220) { $0.nozzle.heater.target },
    ObjectField("diameter", "Millimetres.", example: 0.4) { $0.nozzle.diameter },
    ObjectField("type", "The printer's own word for the kind of nozzle.", example: "hardened_steel") { $0.nozzle.type },
    ObjectField("active", "Printing with this one.") { $0.nozzle.isActive },
  ]
}

package struct FansView: WireObject {
  let fans: Fans

  package static let name = "Fans"
  package static let fields: [ObjectField<FansView>] = [
    ObjectField("part", "Part cooling, per cent.", example: 100) { $0.fans.part },
    ObjectField("aux", "Auxiliary, per cent.", example: 40) { $0.fans.aux },
    ObjectField("chamber", "Chamber or exhaust, per cent.", example: 30) { $0.fans.chamber },
    ObjectField("heatbreak", "Hotend, per cent.", example: 100) { $0.fans.heatbreak },
  ]
}

package struct AirductView: WireObject {
  let airduct: Airduct

  package static let name = "Airduct"
  package static let fields: [ObjectField<AirductView>] = [
    ObjectField("mode", "0 cooling, 1 heating, 2 laser.", example: 0) { $0.airduct.mode },
    ObjectField(
      "parts", "Per cent by the part's number: 1 part, 2 auxiliary, 3 chamber, 6 inner loop, 10 left.",
      example: ["1": 100, "3": 30]
    ) {
      WireMap($0.airduct.parts.map { (name: String($0.id), value: $0.percent) })
    },
  ]
}

package struct CameraView: WireObject {
  let camera: ReportedCamera

  package static let name = "ReportedCamera"
  package static let fields: [ObjectField<CameraView>] = [
    ObjectField("kind", "`jpeg6000` or `rtsps322`, by model.", example: "rtsps322") { $0.camera.kind?.rawValue },
    ObjectField(
      "disabled", "The live view is switched off on the printer's screen; null where it does not say.", example: false
    ) {
      $0.camera.isDisabled
    },
    ObjectField("timelapse", "The printer's own time-lapse: `enable` or `disable`.", example: "enable") {
      $0.camera.timelapse
    },
  ]
}

package struct FirmwareView: WireObject {
  let version: String?
  let updateAvailable: Bool?

  package static let name = "Firmware"
  package static let fields: [ObjectField<FirmwareView>] = [
    ObjectField("version", "As the printer's screen shows it.", example: "01.09.00.00") { $0.version },
    ObjectField("update_available", "The printer knows of a newer one.", example: false) { $0.updateAvailable },
  ]
}
