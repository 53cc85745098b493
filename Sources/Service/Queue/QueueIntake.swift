import Model
import Rules
import Store
import Wire

/// Looks at what somebody wants printed: whether the file, the plate, the printer and the trays go together.
struct QueueIntake: Sendable {
  let source: any PrintSource
  let view: FleetView

  /// - Parameter printers: those that exist for whoever asks; nil is all of them.
  /// - Throws: 400 for what can never be right, 404 for what is not there, 409 with what differs for what does not fit.
  func wish(for request: QueueRequest, seeing printers: Set<PrinterID>?) async throws -> QueueWish {
    let facts = try await source.facts(of: request.archiveID, visible: printers)
    let printable = facts.plates.filter(\.hasGcode)
    guard let first = printable.first else {
      throw Fault(
        InvalidValue("archive_id", "must be an archive with a plate that can be printed; slice the file first"))
    }
    let number = request.plate ?? first.index
    guard let plate = printable.first(where: { $0.index == number }) else {
      let known = printable.prefix(20).map { String($0.index) }.joined(separator: ", ")
      throw Fault(InvalidValue("plate", "must be one that can be printed: \(known)"))
    }
    let demand = PrintDemand(facts, plate: plate)
    try checkTrays(request, demand)
    if let id = request.printerID {
      guard printers?.contains(id) ?? true, let printer = view[id] else {
        throw Fault(.printerNotFound, "There is no printer \(id).")
      }
      try check(request, demand, on: printer)
    } else if let model = request.model,
      let objection = MachineFit.objection(demand, model: model, nozzles: [], ignoringNozzles: true)
    {
      throw Fault(.conflict, objection)
    }
    return QueueWish(
      archiveID: request.archiveID, printerID: request.printerID, model: request.model,
      among: request.printerID == nil ? printers.map { $0.sorted() } : nil, scheduledTime: request.scheduledTime,
      plate: number, copies: request.copies, mapping: request.mapping.flatMap { $0.isEmpty ? nil : $0 },
      optionsJSON: request.options.json, autoPowerOff: request.autoPowerOff, demandJSON: demand.json)
  }

  /// What can be said of a mapping before anybody knows the printer.
  private func checkTrays(_ request: QueueRequest, _ demand: PrintDemand) throws {
    guard let mapping = request.mapping, !mapping.isEmpty else { return }
    guard !demand.isPlainGcode else { throw Fault(InvalidValue("ams_mapping", "means nothing for plain G-code")) }
    do throws(TrayMisfit) { try TrayMatching.checkForm(mapping, demand) } catch {
      throw Fault(InvalidValue("ams_mapping", error.sentence))
    }
    if request.options.print.usesAMS == true, !mapping.contains(where: { $0 >= 0 }) {
      throw Fault(InvalidValue("ams_mapping", "must name a tray of an AMS when options.use_ams is true"))
    }
  }

  private func check(_ request: QueueRequest, _ demand: PrintDemand, on printer: PrinterSnapshot) throws {
    let nozzles = printer.report?.nozzles.compactMap(\.diameter) ?? []
    let objection = MachineFit.objection(
      demand, model: printer.identity.model, nozzles: nozzles, ignoringNozzles: request.options.ignoresMismatch)
    if let objection { throw Fault(.conflict, objection) }
    guard let mapping = request.mapping, !mapping.isEmpty else { return }
    if let model = printer.identity.model {
      for tray in mapping where tray >= 0 { _ = try FilamentSource(tray: tray, model: model, field: "ams_mapping") }
    }
    guard let report = printer.report, report.isComplete else { return }
    do throws(TrayMisfit) {
      _ = try TrayMatching(demand, on: report).plan(mapping: mapping, usesAMS: request.options.print.usesAMS)
    } catch {
      throw Fault(.conflict, error.sentence)
    }
  }
}
