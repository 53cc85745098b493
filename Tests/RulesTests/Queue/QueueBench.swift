import Model
import Rules

/// Short ways to queues and printers for the tables of these tests.
extension QueueEntry {
  init(
    _ id: Int64, on printer: Int64, at time: Timestamp? = nil, demand: PrintDemand = PrintDemand(duration: 600),
    mapping: [Int]? = nil, retry: Retry? = nil
  ) {
    self.init(
      id: QueueItemID(rawValue: id), target: .printer(PrinterID(rawValue: printer)), scheduledTime: time,
      mapping: mapping, demand: demand, retry: retry)
  }

  init(_ id: Int64, of model: PrinterModel, among: [Int64]? = nil, demand: PrintDemand = PrintDemand(duration: 600)) {
    self.init(
      id: QueueItemID(rawValue: id),
      target: .model(model, among: among.map { Set($0.map(PrinterID.init(rawValue:))) }), demand: demand)
  }
}

extension QueueMachine {
  init(
    _ id: Int64, _ model: PrinterModel = .p1s, _ state: PrinterState = .idle, cleared: Bool = true,
    change: (inout QueueMachine) -> Void = { _ in }
  ) {
    self.init(
      id: PrinterID(rawValue: id), model: model, state: state, isPlateCleared: cleared,
      report: state == .offline || state == .error || state == .unknown ? nil : .resting())
    change(&self)
  }
}

extension PrinterReport {
  /// A printer with one nozzle of 0.4 mm at 25 °C and no AMS.
  static func resting(nozzle: Double = 25, ams: [AMSUnit] = [], diameter: Double? = 0.4) -> PrinterReport {
    var report = PrinterReport()
    report.isComplete = true
    report.gcodeState = .idle
    report.nozzles = [
      Nozzle(id: 0, side: .single, heater: Heater(temperature: nozzle), diameter: diameter, isActive: true)
    ]
    report.ams = ams
    return report
  }

  static func dual(ams: [AMSUnit]) -> PrinterReport {
    var report = resting(ams: ams)
    report.nozzles = [
      Nozzle(id: 0, side: .right, heater: Heater(temperature: 25), diameter: 0.4),
      Nozzle(id: 1, side: .left, heater: Heater(temperature: 25), diameter: 0.4),
    ]
    return report
  }
}

extension AMSUnit {
  /// `PLA FF0000` for each slot; nil is an empty one.
  static func holding(_ slots: [String?], id: Int = 0, extruder: Int? = nil) -> AMSUnit {
    var unit = AMSUnit(id: id)
    unit.extruder = extruder
    unit.trays = slots.enumerated().map { index, words in
      var tray = AMSTray(slot: index, isPresent: words != nil)
      let parts = words?.split(separator: " ").map(String.init) ?? []
      tray.type = parts.first
      tray.color = parts.count > 1 ? parts[1] + "FF" : nil
      tray.filamentID = parts.count > 2 ? parts[2] : nil
      return tray
    }
    return unit
  }
}

extension QueueScheduler.Verdict {
  /// `3@1` for item 3 on printer 1.
  var starts: [String] {
    decisions.compactMap { if case .start(let item, let printer, _) = $0 { "\(item)@\(printer)" } else { nil } }
  }

  var switchedOn: [Int64] {
    decisions.compactMap { if case .switchOn(let printer, _) = $0 { printer.rawValue } else { nil } }
  }

  func gate(_ item: Int64) -> String? { gates[QueueItemID(rawValue: item)]?.name }
}
