import Model

/// A spool's place: an AMS unit and slot, or none.
struct TrayPlace: Hashable, Sendable {
  var unit: Int
  var slot: Int

  /// As `tray_now` and `ams_mapping` count (protocol sheet, section 3.5).
  var global: Int { unit >= 128 ? unit : unit * 4 + slot }
  /// As `snow` packs it (section 3.6).
  var packed: Int { unit << 8 | slot }
}

/// A spool in a tray.
struct Spool: Hashable, Sendable {
  var type: String
  var brand: String
  /// RRGGBBAA.
  var color: String
  var profile: String
  /// Percent; nil without RFID.
  var remain: Double?
  var nozzle: ClosedRange<Int>
}

struct AMSUnit: Hashable, Sendable {
  var id: Int
  var kind: ModelTraits.AMSKind
  /// A slot without a spool is nil.
  var trays: [Spool?]
  /// °C.
  var temperature: Double
  /// Percent.
  var humidity: Int
  /// Left to dry; 0 is not drying.
  var dryMinutes = 0.0
}

struct HMSEntry: Hashable, Sendable {
  var attribute: Int
  var code: Int
}

/// The job in the machine, while it runs and after.
struct SimulatedJob: Hashable, Sendable {
  var name: String
  var file: String
  var layers: Int
  /// Estimated at standard speed.
  var minutes: Double
  var taskID: String
  var subtaskID: String
  var tray: TrayPlace?
  /// °C.
  var nozzleTarget = 220.0
  var bedTarget = 60.0
}

/// Everything that a printer knows about itself. A value: the cycle moves it on, commands change it, reports read it.
struct MachineState: Hashable, Sendable {
  enum Phase: String, Sendable {
    case idle = "IDLE"
    case prepare = "PREPARE"
    case running = "RUNNING"
    case pause = "PAUSE"
    case finish = "FINISH"
    case failed = "FAILED"

    var isBusy: Bool { self == .prepare || self == .running || self == .pause }
  }

  /// The camera's address in reports (protocol sheet, section 5.2).
  enum LiveView: Sendable { case on, onWithoutPort, off }

  let model: PrinterModel
  let serial: String
  var firmware: String
  var address: [UInt8] = [127, 0, 0, 1]

  var phase = Phase.idle
  var stage: Int
  var plannedStages: [Int] = []
  var job: SimulatedJob?
  var percent = 0
  var remainingMinutes = 0
  var layer = 0
  var preparePercent = 0
  var printError = 0
  var failReason = 0
  var hms: [HMSEntry] = []

  /// By extruder id: 0 right or only, 1 left.
  var nozzles: [ThermalModel]
  var activeNozzle = 0
  var bed = ThermalModel.bed
  var chamber = ThermalModel.chamber
  /// 0 to 15.
  var partFan = 0
  var auxFan = 0
  var chamberFan = 0
  var airductMode = 0
  var speedLevel = 2
  var lights: [String: String]
  var skippedObjects: [Int] = []

  var ams: [AMSUnit]
  var externalSpool: Spool?
  var trayNow: TrayPlace?

  /// dBm.
  var wifi = -48
  var isDoorOpen = false
  var hasCard = true
  /// What the report says of the camera's address.
  var liveView = LiveView.on
  /// Whether commands must be signed (protocol sheet, section 3.9); nil where `fun` is not sent.
  var needsSignature: Bool?

  /// What the firmware calls "no stage" (section 3.4).
  static func idleStage(_ model: PrinterModel) -> Int { model.reportsOnlyChanges ? 255 : -1 }

  init(model: PrinterModel, serial: String) {
    let traits = ModelTraits(model)
    self.model = model
    self.serial = serial
    firmware = traits.firmware
    stage = Self.idleStage(model)
    nozzles = Array(repeating: .nozzle, count: model.nozzleCount)
    lights = Dictionary(
      traits.lights.map { ($0, $0 == "work_light" ? "flashing" : "on") }, uniquingKeysWith: { first, _ in first })
    ams = traits.ams.map { entry in
      let spools = Self.spools.shifted(by: entry.id)
      return AMSUnit(
        id: entry.id, kind: entry.kind, trays: (0..<entry.kind.slots).map { $0 == 3 ? nil : spools[$0] },
        temperature: entry.kind == .lite ? 0 : 26.2, humidity: entry.kind == .lite ? 0 : 18)
    }
    externalSpool = Spool(
      type: "PETG", brand: "", color: "161616FF", profile: "GFG99", remain: nil, nozzle: 220...270)
    needsSignature = traits.hasDeviceTree ? false : nil
  }

  /// Which extruder a unit feeds: with two of them the first AMS feeds the left one (id 1), all else the right one.
  func extruder(fedBy unit: Int) -> Int { model.nozzleCount > 1 && unit == 0 ? 1 : 0 }

  var speedFactor: Double { [1: 0.5, 2: 1, 3: 1.24, 4: 1.66][speedLevel] ?? 1 }

  private static let spools: [Spool] = [
    Spool(type: "PLA", brand: "PLA Basic", color: "00AE42FF", profile: "GFA00", remain: 83, nozzle: 190...230),
    Spool(type: "PLA", brand: "PLA Matte", color: "000000FF", profile: "GFA01", remain: 41, nozzle: 190...230),
    Spool(type: "PETG", brand: "", color: "FFFFFFFF", profile: "GFG99", remain: nil, nozzle: 220...270),
    Spool(type: "ABS", brand: "ABS", color: "FF6A13FF", profile: "GFB00", remain: 100, nozzle: 240...270),
  ]
}

extension [Spool] {
  fileprivate func shifted(by offset: Int) -> [Spool] { indices.map { self[($0 + offset) % count] } }
}
