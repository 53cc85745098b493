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
    "options",
    .object(
      ["bed_leveling", "flow_cali", "vibration_cali", "layer_inspect", "timelapse", "use_ams", "ignore_mismatch"].map {
        .init($0, .nullable(.boolean))
      } + [.init("bed_type", .nullable(.choice(bedTypes)))]),
    """
    bed_leveling, flow_cali, vibration_cali, layer_inspect, timelapse, use_ams: true or false; bed_type: a word. What is \
    left out is as the printer does it by itself. ignore_mismatch lifts a difference of the nozzle's diameter, and \
    nothing else, from a file of the archive.
    """, example: ["bed_leveling": true, "timelapse": false]
  ) { (json) throws(InvalidValue) in try Self.read(json) }

  private static let bedTypes = ["auto", "textured_plate", "cool_plate", "eng_plate", "hot_plate"]

  private static func read(_ json: JSONValue) throws(InvalidValue) -> QueueOptions {
    guard let members = json.object else { throw InvalidValue("options", "must be an object") }
    func flag(_ name: String) throws(InvalidValue) -> Bool? {
      guard let value = members[name], value != .null else { return nil }
      guard let flag = value.bool else { throw InvalidValue("options.\(name)", "must be true or false") }
      return flag
    }
    var chosen = QueueOptions()
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
    chosen.print = options
    chosen.ignoresMismatch = try flag("ignore_mismatch") ?? false
    return chosen
  }
}
