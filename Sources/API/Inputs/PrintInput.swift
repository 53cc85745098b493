import Model
import Service
import Wire

/// The body of `POST /printers/{id}/print`: a file that lies on the printer, or one of the archive.
struct StartPrint: WireInput {
  enum Start: Sendable {
    case file(PrintOrder)
    /// On the printer of the path.
    case archive(QueueRequest)
  }

  let start: Start

  private static let path = InputField(
    "path",
    .string(
      length: 2...StoragePath.limit, format: nil,
      pattern: "^(/\(StoragePath.partPattern))*/[^/\\x00-\\x1f\\x7f]{0,250}\\.(3[mM][fF]|[gG][cC][oO][dD][eE])$"),
    "A .3mf or .gcode file on the printer's storage, as its list of files gives it.", example: "/Bracket.gcode.3mf"
  ) { (json) throws(InvalidValue) in
    guard let text = json.string else { throw InvalidValue("path", "must be a string") }
    let path = try StoragePath(text)
    let name = path.name.lowercased()
    guard name.hasSuffix(".3mf") || name.hasSuffix(".gcode") else {
      throw InvalidValue("path", "must be a .3mf or .gcode file")
    }
    return path
  }
  static let name = "StartPrint"
  static let rule = exactlyOne(of: ["path", "archive_id"])
  static let example: JSONValue = [
    "path": "/Bracket.gcode.3mf", "plate": 1, "ams_mapping": [0, -1, 5], "options": ["timelapse": false],
  ]
  static let fields: [DeclaredInput] = [
    .optional(path), .optional(QueueFields.archive), .optional(PrintFields.plate), .optional(PrintFields.mapping),
    .optional(PrintFields.options),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let path = reader.optional(Self.path)
    let archive = reader.optional(QueueFields.archive)
    let plate = reader.optional(PrintFields.plate)
    let mapping = reader.optional(PrintFields.mapping)
    let options = reader.optional(PrintFields.options) ?? QueueOptions()
    if options.print.usesAMS == true, !(mapping ?? []).contains(where: { $0 >= 0 }) {
      reader.refuse(InvalidValue("ams_mapping", "must name a tray of an AMS when options.use_ams is true"))
    }
    if let path, path.name.lowercased().hasSuffix(".gcode") {
      for (name, isThere) in [("plate", (plate ?? 1) > 1), ("ams_mapping", !(mapping ?? []).isEmpty)] where isThere {
        reader.refuse(InvalidValue(name, "means nothing for plain G-code"))
      }
    }
    switch (path, archive) {
    case (let path?, nil):
      start = .file(
        PrintOrder(path: path, plate: Int(plate ?? 1), mapping: mapping ?? [], options: options.print))
    case (nil, let archive?):
      var request = QueueRequest(archiveID: archive)
      request.plate = plate.map { Int($0) }
      request.mapping = mapping
      request.options = options
      start = .archive(request)
    default:
      if path != nil || archive != nil || !reader.hasProblem {
        reader.refuse(InvalidValue("path", "or archive_id must be there, and not both"))
      }
      throw reader.fault
    }
  }
}
