/// A 3MF as a slicer writes it, for tests: `TestProject().bytes` is a sliced file of one plate.
package struct TestProject {
  package struct Plate {
    package var index: Int
    package var name = ""
    package var seconds = 3600
    package var grams = 12.5
    package var layers = 100
    package var filaments = [Filament(id: 1)]
    /// By the number that `skip_objects` takes.
    package var objects: [(id: Int, name: String, isSkipped: Bool)] = [(101, "Cube", false)]
    package var bedType = "textured_plate"
    /// Lines of G-code behind the header.
    package var gcode = "G28\nG1 X10 Y10 F3000\n"
    package var hasGcode = true

    package init(_ index: Int = 1) { self.index = index }
  }

  package struct Filament {
    package var id: Int
    package var type = "PLA"
    package var color = "#FF6A13"
    package var grams = 12.5
    package var metres = 4.2
    package var trayInfoIndex = "GFA00"
    package var group: Int?

    package init(id: Int, type: String = "PLA", color: String = "#FF6A13") {
      self.id = id
      self.type = type
      self.color = color
    }
  }

  package var title: String? = "Box"
  package var designer: String? = "Somebody"
  /// A code of the maker's: `C12` is a P1S.
  package var modelCode = "C12"
  package var modelName = "Bambu Lab P1S"
  package var nozzleDiameters = ["0.4"]
  package var plates = [Plate()]
  /// All that the slicer knows, used or not; those of the plates where empty.
  package var configured: [Filament] = []
  /// 0 right, 1 left, for each group of filaments.
  package var extruderMap = ["0"]
  package var settings: [(key: String, json: String)] = []
  package var isSliced = true
  package var hasPictures = true

  package init() {}

  /// The smallest PNG: one grey pixel.
  package static let picture: [UInt8] = [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0,
    0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55, 0, 0, 0, 10, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x68, 0, 0, 0, 0x82, 0,
    0x81, 0x77, 0xCD, 0x72, 0xB6, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
  ]

  package var bytes: [UInt8] { zip.bytes }

  package var zip: TestZip {
    var zip = TestZip()
    zip.add("[Content_Types].xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types/>")
    zip.add("3D/3dmodel.model", model)
    zip.add("Metadata/project_settings.config", projectSettings)
    zip.add("Metadata/model_settings.config", modelSettings)
    if isSliced { zip.add("Metadata/slice_info.config", sliceInfo) }
    for plate in plates {
      let name = "Metadata/plate_\(plate.index)"
      if isSliced, plate.hasGcode { zip.add("\(name).gcode", gcode(plate)) }
      if hasPictures { zip.add("\(name).png", Self.picture) }
      if isSliced { zip.add("\(name).json", "{\"bed_type\":\"\(plate.bedType)\",\"nozzle_diameter\":0.4}") }
    }
    return zip
  }

  private var model: String {
    let metadata = [("Title", title), ("Designer", designer), ("Application", "BambuStudio-01.09.00.60")]
    let lines = metadata.compactMap { name, value in
      value.map { "<metadata name=\"\(name)\">\(Self.escaped($0))</metadata>" }
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<model unit=\"millimeter\">\n\(lines.joined(separator: "\n"))\n"
      + "<resources><object id=\"1\"/></resources>\n<build><item objectid=\"1\"/></build>\n</model>\n"
  }

  private var projectSettings: String {
    let filaments = configured.isEmpty ? plates.flatMap(\.filaments).sorted { $0.id < $1.id } : configured
    func list(_ values: [String]) -> String { "[" + values.map { "\"\($0)\"" }.joined(separator: ",") + "]" }
    var members = [
      ("layer_height", "\"0.2\""), ("nozzle_diameter", list(nozzleDiameters)),
      ("printer_model", "\"\(modelName)\""), ("curr_bed_type", "\"Textured PEI Plate\""),
      ("filament_type", list(filaments.map(\.type))), ("filament_colour", list(filaments.map(\.color))),
      ("filament_ids", list(filaments.map(\.trayInfoIndex))), ("physical_extruder_map", list(extruderMap)),
      ("nozzle_temperature", list(filaments.map { _ in "220" })),
      ("textured_plate_temp", list(filaments.map { _ in "55" })), ("sparse_infill_density", "\"15%\""),
    ]
    members += settings.map { ($0.key, $0.json) }
    return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",\n") + "}"
  }

  private var modelSettings: String {
    let plates = plates.map { plate in
      let instances = plate.objects.map {
        "<model_instance><metadata key=\"object_id\" value=\"\($0.id)\"/>"
          + "<metadata key=\"identify_id\" value=\"\($0.id)\"/></model_instance>"
      }
      return "<plate><metadata key=\"plater_id\" value=\"\(plate.index)\"/>"
        + "<metadata key=\"plater_name\" value=\"\(Self.escaped(plate.name))\"/>\(instances.joined())</plate>"
    }
    let objects = self.plates.flatMap(\.objects).map {
      "<object id=\"\($0.id)\"><metadata key=\"name\" value=\"\(Self.escaped($0.name))\"/></object>"
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<config>\(objects.joined())\(plates.joined())</config>\n"
  }

  package var sliceInfo: String {
    let plates = plates.map { plate in
      var lines = [
        ("index", "\(plate.index)"), ("printer_model_id", modelCode),
        ("nozzle_diameters", nozzleDiameters.joined(separator: ",")), ("prediction", "\(plate.seconds)"),
        ("weight", "\(plate.grams)"),
      ].map { "<metadata key=\"\($0)\" value=\"\($1)\"/>" }
      lines += plate.objects.map {
        "<object identify_id=\"\($0.id)\" name=\"\(Self.escaped($0.name))\" skipped=\"\($0.isSkipped)\"/>"
      }
      lines += plate.filaments.map {
        "<filament id=\"\($0.id)\" tray_info_idx=\"\($0.trayInfoIndex)\" type=\"\($0.type)\" color=\"\($0.color)\""
          + " used_m=\"\($0.metres)\" used_g=\"\($0.grams)\""
          + ($0.group.map { " group_id=\"\($0)\"" } ?? "") + "/>"
      }
      return "<plate>\n\(lines.joined(separator: "\n"))\n</plate>"
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<config>\n<header>"
      + "<header_item key=\"X-BBL-Client-Type\" value=\"slicer\"/>"
      + "<header_item key=\"X-BBL-Client-Version\" value=\"01.09.00.60\"/></header>\n"
      + "\(plates.joined(separator: "\n"))\n</config>\n"
  }

  private func gcode(_ plate: Plate) -> String {
    """
    ; HEADER_BLOCK_START
    ; BambuStudio 01.09.00.60
    ; model printing time: 59m 0s; total estimated time: 1h 0m 0s
    ; total layer number: \(plate.layers)
    ; HEADER_BLOCK_END
    ; CONFIG_BLOCK_START
    ; layer_height = 0.2
    ; CONFIG_BLOCK_END
    ; EXECUTABLE_BLOCK_START

    """ + plate.gcode
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }
}
