package import Model
package import Store

extension ArchiveFileRecord {
  /// What a record keeps of what its file says.
  ///
  /// - Parameter plate: the one that is printed; nil where none is meant, and then the only printable one counts.
  package init(_ facts: PrintFileFacts, hash: ContentHash, filename: String?, plate: Int?) {
    self.init(hash: hash, kind: facts.kind.rawValue)
    let meant = facts.meantPlate(plate)
    self.filename = filename
    self.plate = plate == nil ? nil : meant?.index ?? plate
    seconds = meant == nil ? facts.seconds : meant?.seconds
    grams = meant == nil ? facts.grams : meant?.grams
    layers = meant == nil ? facts.layers : meant?.layers
    let model = facts.printerModel ?? meant?.printerModel
    slicedModel = model?.rawValue ?? facts.printerModelName ?? meant?.printerModelName
    nozzle = meant?.nozzleDiameters.first ?? facts.nozzleDiameters.first
    bedType = meant?.bedType ?? facts.bedType
    let used = (meant?.filaments ?? facts.filaments).filter(\.isUsed)
    var types: [String] = []
    for type in used.compactMap(\.type) where !types.contains(type) { types.append(type) }
    filamentType = types.isEmpty ? nil : types.joined(separator: ", ")
    filaments = used.map { ArchiveFilament(type: $0.type, color: $0.color, grams: $0.grams) }
    plates = facts.plates.map {
      ArchivePlate(index: $0.index, isPrintable: $0.hasGcode, seconds: $0.seconds, grams: $0.grams)
    }
  }
}

extension PrintFileFacts {
  /// The plate of that number, or the only printable one.
  func meantPlate(_ number: Int?) -> PrintPlate? {
    if let known = number.flatMap(plate) { return known }
    let printable = plates.filter(\.hasGcode)
    return printable.count == 1 ? printable.first : nil
  }
}
