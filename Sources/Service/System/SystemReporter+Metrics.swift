package import Model

extension SystemReporter {
  /// `/metrics`: the service, its board, and the printers as they stand now. What is not reported has no sample.
  ///
  /// - Parameter sees: which printers there are for whoever asks.
  package func metrics(sees: (PrinterID) -> Bool) async -> String {
    let info = await info(sees: sees)
    var text = MetricsText()
    text.add(
      "layerberry_build_info", "The version that runs; always 1.", [(labels: [("version", info.version)], value: 1)])
    text.add("layerberry_uptime_seconds", "Seconds since the service started.", Double(info.uptime))
    text.add(
      "process_cpu_seconds_total", "Seconds of processor time that the service has used.", info.processorSeconds,
      kind: .counter)
    text.add(
      "process_resident_memory_bytes", "Memory that the service holds, in bytes.", info.memory.service.map(Double.init))
    text.add("layerberry_board_memory_bytes", "Memory of the board, in bytes.", info.memory.total.map(Double.init))
    text.add(
      "layerberry_board_memory_available_bytes", "Memory of the board that is free for use, in bytes.",
      info.memory.available.map(Double.init))
    text.add("layerberry_disk_bytes", "Size of the data folder's disk, in bytes.", info.disk.total.map(Double.init))
    text.add("layerberry_disk_free_bytes", "Free bytes of it.", info.disk.free.map(Double.init))
    text.add("layerberry_database_bytes", "Size of the database, in bytes.", Double(info.databaseBytes))
    text.add("layerberry_printers", "Printers that are entered.", Double(info.printers))
    addPrinters(printers(sees: sees), to: &text)
    return text.text
  }

  private typealias Labels = [(String, String)]
  private typealias Samples = [(labels: [(String, String)], value: Double?)]

  private func addPrinters(_ printers: [PrinterSnapshot], to text: inout MetricsText) {
    func labels(_ printer: PrinterSnapshot, _ more: Labels = []) -> Labels {
      [("printer_id", printer.identity.id.description), ("printer", printer.identity.name)] + more
    }
    func add(_ name: String, _ help: String, _ value: (PrinterSnapshot) -> Double?) {
      text.add(name, help, printers.map { (labels($0), value($0)) })
    }
    add("layerberry_printer_connected", "1 while there is a live session.") { $0.isConnected ? 1 : 0 }
    text.add(
      "layerberry_printer_state", "1 for the state that the printer is in, 0 for the others.",
      printers.flatMap { printer in
        PrinterState.allCases.map { state in
          (labels(printer, [("state", state.rawValue)]), printer.state == state ? 1 : 0)
        }
      })
    add("layerberry_print_progress_ratio", "How much of the print is done, 0 to 1.") { printer in
      printer.state.isBusy ? printer.report?.job.progress.map { Double($0) / 100 } : nil
    }
    add("layerberry_print_remaining_seconds", "What the printer thinks that the print still takes.") { printer in
      printer.state.isBusy ? printer.report?.job.remainingMinutes.map { Double($0 * 60) } : nil
    }
    add("layerberry_print_layer", "The layer that is being printed.") { printer in
      printer.state.isBusy ? printer.report?.job.layer.map(Double.init) : nil
    }
    add("layerberry_print_layers", "Layers of the print.") { printer in
      printer.state.isBusy ? printer.report?.job.totalLayers.map(Double.init) : nil
    }
    addHeaters(printers, labels, to: &text)
    add("layerberry_printer_faults", "Health messages that the printer shows.") {
      $0.report.map { Double($0.hms.count) }
    }
    add("layerberry_printer_wifi_signal_dbm", "Strength of the printer's wireless signal.") {
      $0.report?.wifiSignal.map(Double.init)
    }
    text.add(
      "layerberry_ams_humidity_ratio", "Relative humidity within an AMS, 0 to 1.",
      printers.flatMap { printer in
        (printer.report?.ams ?? []).map { unit in
          (labels(printer, [("ams", String(unit.id))]), unit.humidity.map { Double($0) / 100 })
        }
      })
    text.add(
      "layerberry_ams_tray_remaining_ratio", "What is left of a spool, 0 to 1.",
      printers.flatMap { printer in
        (printer.report?.ams ?? []).flatMap { unit in
          unit.trays.map { tray in
            (
              labels(printer, [("ams", String(unit.id)), ("tray", String(tray.slot))]),
              tray.remaining.flatMap { $0 >= 0 ? Double($0) / 100 : nil }
            )
          }
        }
      })
  }

  private func addHeaters(
    _ printers: [PrinterSnapshot], _ labels: (PrinterSnapshot, Labels) -> Labels, to text: inout MetricsText
  ) {
    func samples(_ value: (Heater) -> Double?) -> Samples {
      printers.flatMap { printer -> Samples in
        guard let report = printer.report else { return [] }
        let nozzles: Samples = report.nozzles.map { nozzle in
          (labels(printer, [("part", nozzle.id == 0 ? "nozzle" : "nozzle_\(nozzle.id + 1)")]), value(nozzle.heater))
        }
        return nozzles + [
          (labels(printer, [("part", "bed")]), value(report.bed)),
          (labels(printer, [("part", "chamber")]), value(report.chamber)),
        ]
      }
    }
    text.add("layerberry_printer_temperature_celsius", "Temperature of a part of the printer.", samples(\.temperature))
    text.add(
      "layerberry_printer_target_temperature_celsius", "The temperature that the part is to have.", samples(\.target))
  }
}
