import Model
import Service
import Store
import Wire

/// The filters that the list of archives and its export share.
enum ArchiveFilterParameters {
  static let printer = Parameter<Int>.integer("printer_id", 1...Int64.max, "Prints of this printer.", example: 1)
  static let project = Parameter<Int>.integer("project_id", 1...Int64.max, "Records of this project.", example: 1)
  static let status = Parameter<ArchiveStatus>(
    name: "status", place: .query, schema: .choice(ArchiveStatus.allCases.map(\.rawValue)),
    note: "Prints that stand so.", example: "success"
  ) { (text) throws(Fault) in
    guard let status = ArchiveStatus(rawValue: text) else {
      let words = ArchiveStatus.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fault(InvalidValue("status", "must be one of \(words)"))
    }
    return status
  }
  static let search = Parameter<String>(
    name: "search", place: .query, schema: .string(length: 0...200, format: nil),
    note: """
      Words that all stand in name, file name, notes, tags, filament, printer or project, at least as beginnings of \
      words; in quotation marks, words in this order.
      """, example: "benchy"
  ) { (text) throws(Fault) in
    guard text.unicodeScalars.count <= 200 else {
      throw Fault(InvalidValue("search", "must have at most 200 characters"))
    }
    return text
  }
  static let deleted = Parameter<Bool>(
    name: "deleted", place: .query, schema: .boolean, note: "What is in the bin, instead of the others.",
    example: false
  ) { (text) throws(Fault) in
    switch text {
    case "true": return true
    case "false": return false
    default: throw Fault(InvalidValue("deleted", "must be true or false"))
    }
  }

  static let declared =
    [printer.declared, status.declared] + PeriodParameters.declared
    + [search.declared, project.declared, deleted.declared]

  static func filter(of call: Call, in zone: ZoneOffsets) throws(Fault) -> ArchiveFilter {
    var filter = ArchiveFilter()
    filter.printer = try call.query(printer).map { PrinterID(rawValue: Int64($0)) }
    filter.status = try call.query(status)
    filter.project = try call.query(project).map { ProjectID(rawValue: Int64($0)) }
    (filter.from, filter.until) = try PeriodParameters.period(of: call, in: zone)
    // Spaces alone are no words either.
    if let text = try call.query(search), !trimmed(text).isEmpty { filter.search = SearchWords(text) }
    filter.isDeleted = try call.query(deleted) ?? false
    filter.visible = call.caller.visible
    return filter
  }
}
