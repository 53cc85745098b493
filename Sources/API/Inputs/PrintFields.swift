import Model
import Service
import Wire

/// What can be chosen for a print, whatever starts it.
enum PrintFields {
  static let plate = InputField<Int64>.integer("plate", 1...999, "The plate of a 3MF, from 1.", example: 1)
  static let mapping = InputField(
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
  static let options = InputField(
    "options", optionsSchema, "\(optionsNote) What is left out is as the printer does it by itself.",
    example: optionsExample
  ) { (json) throws(InvalidValue) in
    var chosen = QueueOptions()
    try change(json)(&chosen)
    return chosen
  }
  /// A change of options that were chosen before.
  static let optionsChange = InputField(
    "options", optionsSchema,
    "\(optionsNote) What is left out stays as it is; null leaves it to the printer.", example: optionsExample
  ) { (json) throws(InvalidValue) in try change(json) }

  typealias OptionsChange = @Sendable (inout QueueOptions) -> Void

  private static let optionsSchema = Schema.object(
    ["bed_leveling", "flow_cali", "vibration_cali", "layer_inspect", "timelapse", "use_ams", "ignore_mismatch"].map {
      .init($0, .nullable(.boolean))
    } + [.init("bed_type", .nullable(.choice(bedTypes)))])
  private static let optionsNote = """
    bed_leveling, flow_cali, vibration_cali, layer_inspect, timelapse, use_ams: true or false; bed_type: a word. \
    ignore_mismatch lifts a difference of the nozzle's diameter, and nothing else, from a file of the archive.
    """
  private static let optionsExample: JSONValue = ["bed_leveling": true, "timelapse": false]

  private static let bedTypes = ["auto", "textured_plate", "cool_plate", "eng_plate", "hot_plate"]

  private static func change(_ json: JSONValue) throws(InvalidValue) -> OptionsChange {
    guard let members = json.object else { throw InvalidValue("options", "must be an object") }
    /// nil keeps it, null in it clears it.
    func flag(_ name: String) throws(InvalidValue) -> Bool?? {
      guard let value = members[name] else { return nil }
      guard value != .null else { return .some(nil) }
      guard let flag = value.bool else { throw InvalidValue("options.\(name)", "must be true or false") }
      return flag
    }
    let bedLeveling = try flag("bed_leveling")
    let flow = try flag("flow_cali")
    let vibration = try flag("vibration_cali")
    let layers = try flag("layer_inspect")
    let timelapse = try flag("timelapse")
    let usesAMS = try flag("use_ams")
    let ignoresMismatch = try flag("ignore_mismatch")
    let bedType = members["bed_type"]
    if let bedType, bedType != .null, !bedTypes.contains(bedType.string ?? "") {
      throw InvalidValue("options.bed_type", "must be one of \(bedTypes.joined(separator: ", "))")
    }
    return { options in
      if let bedLeveling { options.print.bedLeveling = bedLeveling }
      if let flow { options.print.flowCalibration = flow }
      if let vibration { options.print.vibrationCalibration = vibration }
      if let layers { options.print.layerInspection = layers }
      if let timelapse { options.print.timelapse = timelapse }
      if let usesAMS { options.print.usesAMS = usesAMS }
      if let ignoresMismatch { options.ignoresMismatch = ignoresMismatch ?? false }
      if let bedType { options.print.bedType = bedType.string }
    }
  }
}
