import Model
import Service
import Wire

/// The body of `POST /printers/{id}/print`.
struct StartPrint: WireInput {
  let order: PrintOrder

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
  private static let plate = InputField<Int64>.integer("plate", 1...999, "The plate of a 3MF, from 1.", example: 1)
  private static let mapping = InputField(
    "ams_mapping", .array(.either([.integer(-1...15), .integer(64...67), .integer(128...135)]), maximum: 64),
    """
    The tray of each filament of the 3MF, in its order: unit x 4 + slot, 128 to 135 for an AMS HT, -1 for one that is not \
    used or comes from the external spool.
    """, example: [0, -1, 5]
  ) { (json) throws(InvalidValue) in
    let problem = InvalidValue("ams_mapping", "must be at most 64 numbers, each -1, 0 to 15 or 128 to 135")
    guard let elements = json.array, elements.count <= 64 else { throw problem }
    var trays: [Int] = []
    for element in elements {
      guard let number = element.wholeNumber, let tray = Int(exactly: number),
        (-1...15).contains(tray) || (64...67).contains(tray) || (128...135).contains(tray)
      else { throw problem }
      trays.append(tray)
    }
    return trays
  }
  private static let options = InputField(
    "options",
    .object(
      ["bed_leveling", "flow_cali", "vibration_cali", "layer_inspect", "timelapse", "use_ams"].map {
        .init($0, .nullable(.boolean))
      } + [.init("bed_type", .nullable(.choice(bedTypes)))]),
    """
    bed_leveling, flow_cali, vibration_cali, layer_inspect, timelapse, use_ams: true or false; bed_type: a word. What is \
    left out is as the printer does it by itself.
    """, example: ["bed_leveling": true, "timelapse": false]
  ) { (json) throws(InvalidValue) in try Self.options(json) }

  static let name = "StartPrint"
  static let fields: [DeclaredInput] = [
    .required(path), .optional(plate), .optional(mapping), .optional(options),
  ]

  init(_ reader: inout InputReader) throws(Fault) {
    let path = reader.required(Self.path)
    let plate = reader.optional(Self.plate)
    let mapping = reader.optional(Self.mapping)
    let options = reader.optional(Self.options) ?? PrintOrder.Options()
    if options.usesAMS == true, !(mapping ?? []).contains(where: { $0 >= 0 }) {
      reader.refuse(InvalidValue("ams_mapping", "must name a tray of an AMS when options.use_ams is true"))
    }
    if let path, path.name.lowercased().hasSuffix(".gcode") {
      for (name, isThere) in [("plate", (plate ?? 1) > 1), ("ams_mapping", !(mapping ?? []).isEmpty)] where isThere {
        reader.refuse(InvalidValue(name, "means nothing for plain G-code"))
      }
    }
    guard let path else { throw reader.fault }
    order = PrintOrder(path: path, plate: Int(plate ?? 1), mapping: mapping ?? [], options: options)
  }

  private static let bedTypes = ["auto", "textured_plate", "cool_plate", "eng_plate", "hot_plate"]

  private static func options(_ json: JSONValue) throws(InvalidValue) -> PrintOrder.Options {
    guard let members = json.object else { throw InvalidValue("options", "must be an object") }
    func flag(_ name: String) throws(InvalidValue) -> Bool? {
      guard let value = members[name], value != .null else { return nil }
      guard let flag = value.bool else { throw InvalidValue("options.\(name)", "must be true or false") }
      return flag
    }
    var options = PrintOrder.Options()
    options.bedLeveling = try flag("bed_leveling")
    options.flowCalibration = try flag("flow_cali")
    options.vibrationCalibration = try flag("vibration_cali")
    options.layerInspection = try flag("layer_inspect")
    options.timelapse = try flag("timelapse")
    options.usesAMS = try flag("use_ams")
    if let value = members["bed_type"], value != .null {
      guard let word = value.string, bedTypes.contains(word) else {
        throw InvalidValue("options.bed_type", "must be one of \(bedTypes.joined(separator: ", "))")
      }
      options.bedType = word
    }
    return options
  }
}
