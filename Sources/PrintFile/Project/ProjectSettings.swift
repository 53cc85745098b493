import Model
import Wire

/// `Metadata/project_settings.config`: the slicer's whole configuration as JSON. Most values are texts or lists of
/// texts.
struct ProjectSettings {
  /// What a person asks about a print afterwards.
  static let kept = [
    "layer_height", "initial_layer_print_height", "wall_loops", "top_shell_layers", "bottom_shell_layers",
    "sparse_infill_density", "sparse_infill_pattern", "enable_support", "support_type", "brim_type", "brim_width",
    "seam_position", "outer_wall_speed", "print_sequence", "spiral_mode", "ironing_type", "print_settings_id",
    "printer_settings_id", "filament_settings_id", "nozzle_temperature", "nozzle_temperature_initial_layer",
    "curr_bed_type",
  ]

  private let values: [String: JSONValue]

  /// nil where the bytes are no JSON object.
  init?(_ bytes: [UInt8]) {
    let limits = JSONParser.Limits(bytes: bytes.count, depth: 16, values: 200_000)
    guard let value = try? JSONParser.parse(bytes, limits: limits, tolerance: .firmware), let values = value.object
    else { return nil }
    self.values = values
  }

  /// One text or each of a list, as texts.
  func list(_ key: String) -> [String] {
    switch values[key] {
    case .array(let elements): elements.prefix(256).compactMap(\.asText)
    case let value?: value.asText.map { [$0] } ?? []
    case nil: []
    }
  }

  func text(_ key: String) -> String? { list(key).first }

  var layerHeight: Double? { Numbers.double(text("layer_height"), in: Numbers.layerHeights) }
  var nozzleDiameters: [Double] { list("nozzle_diameter").compactMap { Numbers.double($0, in: Numbers.diameters) } }
  var bedType: String? { Numbers.label(text("curr_bed_type"), limit: 64) }
  var printerModelName: String? { Numbers.label(text("printer_model"), limit: 64) }

  /// 0 right, 1 left, for each of the slicer's groups.
  func nozzle(ofGroup group: Int) -> Int? {
    let map = list("physical_extruder_map")
    guard map.indices.contains(group) else { return nil }
    return Numbers.integer(map[group], in: 0...1)
  }

  /// Of the filaments' settings, those that print first.
  func nozzleTemperature(filament: Int) -> Int? {
    let list = list("nozzle_temperature_initial_layer") + list("nozzle_temperature")
    return Numbers.integer(list.indices.contains(filament) ? list[filament] : list.first, in: Numbers.temperatures)
  }

  /// Each bed has its own key.
  func bedTemperature(filament: Int, bedType: String?) -> Int? {
    let keys = [
      "Cool Plate": "cool_plate_temp", "Engineering Plate": "eng_plate_temp", "High Temp Plate": "hot_plate_temp",
      "Textured PEI Plate": "textured_plate_temp", "Supertack Plate": "supertack_plate_temp",
    ]
    guard let bedType, let key = keys[bedType] else { return nil }
    for list in [list(key + "_initial_layer"), list(key)] where !list.isEmpty {
      return Numbers.integer(list.indices.contains(filament) ? list[filament] : list.first, in: Numbers.temperatures)
    }
    return nil
  }

  /// All that are configured, used or not.
  func filaments(limit: Int) -> [PlateFilament] {
    let types = list("filament_type")
    let colors = list("filament_colour")
    let ids = list("filament_ids")
    return (0..<min(limit, max(types.count, colors.count))).map { place in
      var filament = PlateFilament(
        id: place + 1, type: types.indices.contains(place) ? Numbers.label(types[place], limit: 64) : nil,
        color: colors.indices.contains(place) ? Numbers.color(colors[place]) : nil)
      filament.trayInfoIndex = ids.indices.contains(place) ? Numbers.label(ids[place], limit: 64) : nil
      return filament
    }
  }

  var settings: [String: String] {
    var chosen: [String: String] = [:]
    for key in Self.kept {
      if let text = Numbers.label(list(key).prefix(16).joined(separator: ",")) { chosen[key] = text }
    }
    return chosen
  }
}

extension JSONValue {
  /// A text, or a number or a flag as one.
  var asText: String? {
    switch self {
    case .string(let text): text
    case .int(let value): String(value)
    case .double(let value): String(value)
    case .bool(let flag): flag ? "1" : "0"
    default: nil
    }
  }
}
