import Model

/// A 3MF, sliced or not (protocol sheet, section 6). Its members are read one after the other, each for what it says
/// best; what is missing is left out.
struct ProjectReader: ~Copyable {
  private var archive: ZipArchive
  private let limits: PrintFileLimits
  private var facts: PrintFileFacts
  private var groups: [Int: [Int: Int]]

  init(_ file: borrowing InputFile, _ limits: PrintFileLimits) throws(PrintFileError) {
    // What may fail comes before anything that is kept: Swift 6.2.3 would destroy that twice.
    archive = try ZipArchive(file, limits)
    self.limits = limits
    facts = PrintFileFacts(kind: .project)
    groups = [:]
  }

  /// The numbers of plates with G-code, ascending.
  private var gcodePlates: [Int] {
    archive.members.keys.compactMap { name in
      guard name.hasPrefix("metadata/plate_"), name.hasSuffix(".gcode") else { return nil }
      return Int(name.dropFirst("metadata/plate_".count).dropLast(".gcode".count)).flatMap {
        (1...999).contains($0) ? $0 : nil
      }
    }.sorted()
  }

  consuming func read() throws(PrintFileError) -> PrintFileFacts {
    guard archive.has("3D/3dmodel.model") || archive.has("Metadata/slice_info.config") || !gcodePlates.isEmpty else {
      throw PrintFileError(.unknownKind, "The file is a ZIP, and no 3MF.")
    }
    try readResults()
    addGcodePlates()
    try readNames()
    try readProject()
    for place in facts.plates.indices { try readPlate(at: place) }
    try readTitle()
    gather()
    return facts
  }

  // MARK: Members

  private mutating func readResults() throws(PrintFileError) {
    let name = "Metadata/slice_info.config"
    let results = SliceInfo(limits)
    switch try archive.readXML(name, limit: limits.settingsBytes, results) {
    case nil: return
    // What is to be printed must not be guessed from half of its description.
    case false?: throw .damaged("Its member \(name) is broken XML.")
    case true?: break
    }
    facts.slicer = results.slicer
    facts.plates = results.plates.map(\.plate).sorted { $0.index < $1.index }
    for plate in results.plates { groups[plate.plate.index] = plate.groups }
  }

  private mutating func addGcodePlates() {
    for index in gcodePlates {
      if let place = facts.plates.firstIndex(where: { $0.index == index }) {
        facts.plates[place].hasGcode = true
      } else if facts.plates.count < limits.plates {
        var plate = PrintPlate(index: index)
        plate.hasGcode = true
        facts.plates.append(plate)
      }
    }
    facts.plates.sort { $0.index < $1.index }
  }

  private mutating func readNames() throws(PrintFileError) {
    let name = "Metadata/model_settings.config"
    let names = ModelSettings(limits)
    guard let isWhole = try archive.readXML(name, limit: limits.settingsBytes, names) else { return }
    if !isWhole { omit(name) }
    for (place, named) in names.plates.enumerated() {
      let index = named.index ?? place + 1
      if !facts.plates.contains(where: { $0.index == index }), facts.plates.count < limits.plates {
        facts.plates.append(PrintPlate(index: index))
      }
      guard let found = facts.plates.firstIndex(where: { $0.index == index }) else { continue }
      facts.plates[found].name = named.name
      if facts.plates[found].objects.isEmpty {
        facts.plates[found].objects = named.instances.map {
          PlateObject(id: $0.identifyID, name: names.objectNames[$0.object] ?? "")
        }
      }
    }
    facts.plates.sort { $0.index < $1.index }
  }

  private mutating func readProject() throws(PrintFileError) {
    let name = "Metadata/project_settings.config"
    guard let bytes = try archive.bytes(of: name, limit: limits.settingsBytes) else {
      if archive.has(name) { omit(name) }
      return
    }
    guard let project = ProjectSettings(bytes) else { return omit(name) }
    facts.layerHeight = project.layerHeight
    facts.nozzleDiameters = project.nozzleDiameters
    facts.bedType = project.bedType
    facts.printerModelName = project.printerModelName
    facts.filaments = project.filaments(limit: limits.filaments)
    facts.settings = project.settings
    let first = (facts.plates.first(where: \.hasGcode)?.usedMappingIndices.first) ?? 0
    facts.nozzleTemperature = project.nozzleTemperature(filament: first)
    facts.bedTemperature = project.bedTemperature(filament: first, bedType: facts.bedType)
    for plate in facts.plates.indices {
      let groups = groups[facts.plates[plate].index] ?? [:]
      for filament in facts.plates[plate].filaments.indices {
        guard let group = groups[facts.plates[plate].filaments[filament].id] else { continue }
        facts.plates[plate].filaments[filament].nozzle = project.nozzle(ofGroup: group)
      }
    }
  }

  private mutating func readPlate(at place: Int) throws(PrintFileError) {
    var plate = facts.plates[place]
    let json = "Metadata/plate_\(plate.index).json"
    if let bytes = try archive.bytes(of: json, limit: limits.plateBytes) {
      if let settings = ProjectSettings(bytes) {
        plate.bedType = Numbers.label(settings.text("bed_type"), limit: 64) ?? plate.bedType
        if plate.nozzleDiameters.isEmpty { plate.nozzleDiameters = settings.nozzleDiameters }
      } else {
        omit(json)
      }
    }
    if plate.hasGcode {
      var header = GcodeHeader()
      try archive.stream("Metadata/plate_\(plate.index).gcode", limit: limits.headerBytes) {
        (bytes) throws(PrintFileError) in
        header.feed(bytes)
        return !header.isComplete
      }
      header.endLine()
      plate.fill(from: header)
      if facts.slicer == nil { facts.slicer = header.slicer }
      if facts.printerModelName == nil { facts.printerModelName = header.printerModelName }
    }
    plate.sumUp()
    plate.layerHeight = plate.layerHeight ?? facts.layerHeight
    plate.hasPicture = PictureNames.plate(plate.index).contains { archive.has($0) }
    facts.plates[place] = plate
  }

  private mutating func readTitle() throws(PrintFileError) {
    let name = "3D/3dmodel.model"
    let metadata = ModelMetadata()
    guard let isWhole = try archive.readXML(name, limit: limits.modelBytes, metadata) else { return }
    if !isWhole, archive.members[name.lowercased()]?.size ?? 0 <= UInt64(limits.modelBytes) { omit(name) }
    facts.title = metadata.title
    facts.designer = metadata.designer
    facts.slicer = facts.slicer ?? metadata.application
  }

  // MARK: The whole

  /// What is true of the file comes from its plates, where they say it: they hold the results.
  private mutating func gather() {
    let printable = facts.plates.first(where: \.hasGcode) ?? facts.plates.first
    facts.printerModelName = printable?.printerModelName ?? facts.printerModelName
    facts.printerModel =
      printable?.printerModel
      ?? facts.printerModelName.flatMap { PrinterModel(code: $0) ?? PrinterModel(name: $0) }
    if facts.nozzleDiameters.isEmpty { facts.nozzleDiameters = printable?.nozzleDiameters ?? [] }
    facts.bedType = printable?.bedType ?? facts.bedType
    facts.layerHeight = facts.layerHeight ?? printable?.layerHeight
    for plate in facts.plates.indices {
      if facts.plates[plate].nozzleDiameters.isEmpty { facts.plates[plate].nozzleDiameters = facts.nozzleDiameters }
      if facts.plates[plate].printerModelName == nil {
        facts.plates[plate].printerModelName = facts.printerModelName
        facts.plates[plate].printerModel = facts.printerModel
      }
    }
    for filament in facts.plates.flatMap(\.filaments) {
      guard let place = facts.filaments.firstIndex(where: { $0.id == filament.id }) else {
        facts.filaments.append(filament)
        continue
      }
      facts.filaments[place].add(filament)
    }
    facts.filaments.sort { $0.id < $1.id }
  }

  private mutating func omit(_ name: String) { facts.omissions.append("\(name) is broken and was left out.") }
}

extension PlateFilament {
  /// Adds what another plate needs of it; what a plate says wins over what is configured.
  fileprivate mutating func add(_ other: PlateFilament) {
    type = other.type ?? type
    color = other.color ?? color
    trayInfoIndex = other.trayInfoIndex ?? trayInfoIndex
    nozzle = other.nozzle ?? nozzle
    if let more = other.grams { grams = (grams ?? 0) + more }
    if let more = other.metres { metres = (metres ?? 0) + more }
  }
}
