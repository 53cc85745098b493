import Model
import Rules

extension QueueMachine {
  /// The printer as it stands, without what the queue does there.
  init(_ printer: PrinterSnapshot) {
    self.init(
      id: printer.identity.id, model: printer.identity.model, state: printer.state,
      isEnabled: printer.identity.isEnabled, control: printer.control, isPlateCleared: printer.identity.plateCleared,
      report: printer.report.map(Self.relevant))
  }

  /// As much of a report as a decision can depend on: a printer that prints reports every second, and nothing of that
  /// changes the queue.
  private static func relevant(_ report: PrinterReport) -> PrinterReport {
    var short = PrinterReport()
    short.isComplete = report.isComplete
    short.gcodeState = report.gcodeState
    short.job.subtaskID = report.job.subtaskID
    short.job.file = report.job.file
    short.job.taskName = report.job.taskName
    short.job.failReason = report.job.failReason
    short.nozzles = report.nozzles
    short.externalSpools = report.externalSpools
    short.ams = report.ams.map { unit in
      var unit = unit
      (unit.temperature, unit.humidity, unit.humidityLevel, unit.dryMinutes) = (nil, nil, nil, nil)
      for index in unit.trays.indices {
        unit.trays[index].remaining = nil
        unit.trays[index].isActive = false
      }
      return unit
    }
    return short
  }

  /// The same with temperatures as far as a switch-off depends on them.
  func mark(coolBelow limit: Double) -> QueueMachine {
    var mark = self
    if let nozzles = report?.nozzles {
      for index in nozzles.indices {
        let temperature = nozzles[index].heater.temperature
        mark.report?.nozzles[index].heater = Heater(temperature: temperature.map { $0 < limit ? 0 : limit })
      }
    }
    return mark
  }
}
