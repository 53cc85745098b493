import Model
import Rules
package import Service
import Store
import Wire

/// `/statistics`: sums over what was printed (contract, section 5).
package struct StatisticsRoutes: Sendable {
  private let statistics: Statistics
  private let settings: Settings

  package init(statistics: Statistics, settings: Settings) {
    self.statistics = statistics
    self.settings = settings
  }

  private static let parameters = [ArchiveFilterParameters.printer.declared] + PeriodParameters.declared

  package var operations: [Operation] {
    [
      .get(
        "/statistics", id: "get_statistics", topic: .statistics, summary: "Get sums over prints that have ended",
        details: """
          Prints count by `created_at`, and days are those of the setting `time_zone`; what is in the bin does not count.
          """, access: .permission(.read), parameters: Self.parameters
      ) { call in
        let filter = try filter(of: call)
        return StatisticsView(
          record: try await statistics.read(filter, in: settings.zone), names: try await statistics.printerNames())
      },
      Operation(
        .get, "/statistics/export", id: "export_statistics", topic: .statistics, summary: "Download the sums",
        access: .permission(.read), rate: .read, parameters: Self.parameters + [ExportParameters.format.declared],
        answer: .file, errors: [.storageFull]
      ) { call in
        let format = try call.query(ExportParameters.format) ?? .csv
        let filter = try filter(of: call)
        let file = try await statistics.export(filter, in: settings.zone, as: format)
        return .file(try await FileAnswer(file, name: "statistics.\(format.rawValue)"))
      },
    ]
  }

  private func filter(of call: Call) throws(Fault) -> ArchiveFilter {
    var filter = ArchiveFilter()
    filter.printer = try call.query(ArchiveFilterParameters.printer).map { PrinterID(rawValue: Int64($0)) }
    (filter.from, filter.until) = try PeriodParameters.period(of: call, in: settings.zone)
    filter.visible = call.caller.visible
    return filter
  }
}

/// S1's sums, of all prints or of a part of them.
private let sumFields: [ObjectField<PrintSums>] = [
  ObjectField("total_prints", "Prints that have ended.", example: 1234) { $0.total },
  ObjectField("successful_prints", "Those that succeeded.", example: 1100) { $0.successful },
  ObjectField("failed_prints", "Those that failed, or whose end nobody saw.", example: 100) { $0.failed },
  ObjectField("stopped_prints", "Those that a person stopped.", example: 34) { $0.stopped },
  ObjectField(
    "success_rate", "Per cent of all that succeeded, to two decimals; 0 where there are none.", example: 89.14
  ) {
    $0.successRate
  },
  ObjectField("total_print_time", "Seconds, where they are known.", example: 360_000) { $0.time },
  ObjectField("total_filament_used", "Grams, where they are known.", example: 15_000.5) { rounded($0.filament) },
  ObjectField("total_cost", "Of filament, in the setting `currency`, where it is known.", example: 350) {
    rounded($0.cost)
  },
  ObjectField("total_energy_kwh", "What plugs have measured during prints.", example: 812.5) { rounded($0.energy) },
  ObjectField("total_energy_cost", "Of that, in the setting `currency`, where a price was known.", example: 203.1) {
    rounded($0.energyCost)
  },
]

struct StatisticsView: WireObject {
  let record: StatisticsRecord
  let names: [PrinterID: String]

  static let name = "Statistics"
  static let fields: [ObjectField<StatisticsView>] =
    sumFields.map { field in ObjectField(wrapping: field) { (view: StatisticsView) in view.record.all } } + [
      ObjectField("printers", "The same for each printer.") { view in
        view.record.printers.map {
          PrinterSumsView(id: $0.id, printer: $0.id.flatMap { view.names[$0] }, sums: $0.sums)
        }
      },
      ObjectField("filaments", "The same for each filament, the most used first.") { view in
        view.record.filaments.map { FilamentSumsView(type: $0.type, sums: $0.sums) }
      },
      ObjectField("days", "The same for each day on which something was printed.") { view in
        view.record.days.map { DaySumsView(day: $0.day, sums: $0.sums) }
      },
    ]
}

struct PrinterSumsView: WireObject {
  let id: PrinterID?
  let printer: String?
  let sums: PrintSums

  static let name = "PrinterStatistics"
  static let fields: [ObjectField<PrinterSumsView>] =
    [
      ObjectField("printer_id", "The printer; null collects those that were deleted.", example: 1) { $0.id?.rawValue },
      ObjectField("printer_name", "What it is called, or null.", example: "Workshop X1C") { $0.printer },
    ] + sumFields.map { field in ObjectField(wrapping: field) { (view: PrinterSumsView) in view.sums } }
}

struct FilamentSumsView: WireObject {
  let type: String?
  let sums: PrintSums

  static let name = "FilamentStatistics"
  static let fields: [ObjectField<FilamentSumsView>] =
    [ObjectField("filament_type", "The type, or null where it is not known.", example: "PLA") { $0.type }]
    + sumFields.map { field in ObjectField(wrapping: field) { (view: FilamentSumsView) in view.sums } }
}

struct DaySumsView: WireObject {
  let day: Int64
  let sums: PrintSums

  static let name = "DayStatistics"
  static let fields: [ObjectField<DaySumsView>] =
    [
      ObjectField(
        "date", "The day, in the setting `time_zone`.", schema: .string(length: nil, format: "date"),
        example: "2024-01-15"
      ) { Statistics.date(ofDay: $0.day) }
    ] + sumFields.map { field in ObjectField(wrapping: field) { (view: DaySumsView) in view.sums } }
}
