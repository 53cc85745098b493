/// A plate of a 3MF, or what plain G-code prints.
package struct PrintPlate: Hashable, Sendable {
  /// 1-based.
  package var index: Int
  package var name: String?
  /// Only then can it be printed.
  package var hasGcode = false
  package var hasPicture = false
  /// Estimated, of the whole print.
  package var seconds: Int?
  package var grams: Double?
  package var metres: Double?
  package var layers: Int?
  /// Millimetres.
  package var layerHeight: Double?
  package var bedType: String?
  /// Those that the plate needs, by id.
  package var filaments: [PlateFilament] = []
  package var objects: [PlateObject] = []
  /// A code like `C12`, where this plate has one.
  package var printerModelName: String?
  package var printerModel: PrinterModel?
  /// Millimetres.
  package var nozzleDiameters: [Double] = []

  package init(index: Int) { self.index = index }

  /// The places in `ams_mapping` that must name a tray, ascending.
  package var usedMappingIndices: [Int] { filaments.filter(\.isUsed).map(\.mappingIndex).sorted() }

  /// What `skip-objects` may name: objects that the slicer has not left out.
  package var printedObjectIDs: Set<Int> { Set(objects.filter { !$0.isSkipped }.map(\.id)) }
}

/// An object of a plate, by the number that `skip_objects` takes.
package struct PlateObject: Hashable, Sendable {
  package var id: Int
  package var name: String
  /// Left out by the slicer already.
  package var isSkipped: Bool

  package init(id: Int, name: String, isSkipped: Bool = false) {
    self.id = id
    self.name = name
    self.isSkipped = isSkipped
  }
}

/// A filament of a file or a plate.
package struct PlateFilament: Hashable, Sendable {
  /// 1-based, by its place in the slicer's list.
  package var id: Int
  /// `PLA`, `PETG-CF`.
  package var type: String?
  /// `#RRGGBB` or `#RRGGBBAA`.
  package var color: String?
  package var grams: Double?
  package var metres: Double?
  /// The maker's id of the material, `GFA00`.
  package var trayInfoIndex: String?
  /// The nozzle for which it was sliced: 0 right or only, 1 left; nil where the file does not say.
  package var nozzle: Int?

  package init(id: Int, type: String? = nil, color: String? = nil, grams: Double? = nil, metres: Double? = nil) {
    self.id = id
    self.type = type
    self.color = color
    self.grams = grams
    self.metres = metres
  }

  /// Its place in `ams_mapping`.
  package var mappingIndex: Int { id - 1 }

  /// Some files list filaments that the plate does not need.
  package var isUsed: Bool { (grams ?? 1) > 0 }
}
