/// What a file says of the print or the model in it (protocol sheet, section 6). What it does not say is nil or empty.
package struct PrintFileFacts: Hashable, Sendable {
  package var kind: PrintFileKind
  package var title: String?
  package var designer: String?
  /// Name and version of the program that made it.
  package var slicer: String?
  /// By index, ascending. Of plain G-code there is one, of a shape none.
  package var plates: [PrintPlate] = []
  /// All filaments that the file knows, used or not, by id; their grams are those of all plates together.
  package var filaments: [PlateFilament] = []
  /// As the file names it: a code like `C12`, or the machine's full name.
  package var printerModelName: String?
  package var printerModel: PrinterModel?
  /// Millimetres, right or only one first.
  package var nozzleDiameters: [Double] = []
  /// Millimetres.
  package var layerHeight: Double?
  package var bedType: String?
  /// Degrees Celsius, of the first filament in use; nil where it is not said.
  package var nozzleTemperature: Int?
  package var bedTemperature: Int?
  /// Chosen settings of the slicer by its own names (`sparse_infill_density`), lists joined with commas.
  package var settings: [String: String] = [:]
  /// Of an STL in its binary form.
  package var triangles: Int?
  /// Members that are broken and were left out, as sentences for the log and for people.
  package var omissions: [String] = []

  package init(kind: PrintFileKind) { self.kind = kind }

  /// Whether a printer could be told to print any of it.
  package var isPrintable: Bool { plates.contains(where: \.hasGcode) }

  /// Whether this plate is there with its G-code.
  package func hasPlate(_ index: Int) -> Bool { plate(index)?.hasGcode == true }

  package func plate(_ index: Int) -> PrintPlate? { plates.first { $0.index == index } }

  /// How many entries a mapping of filaments to trays has: one for each filament of the file, used or not.
  package var filamentCount: Int {
    let ids = filaments.map(\.id) + plates.flatMap { $0.filaments.map(\.id) }
    return ids.max() ?? 0
  }

  /// Sums over all plates with results; nil where no plate has any.
  package var seconds: Int? { Self.sum(plates.compactMap(\.seconds)) }
  package var grams: Double? { Self.sum(plates.compactMap(\.grams)) }
  package var metres: Double? { Self.sum(plates.compactMap(\.metres)) }

  /// Of the plate with most of them.
  package var layers: Int? { plates.compactMap(\.layers).max() }

  private static func sum<Value: AdditiveArithmetic>(_ values: [Value]) -> Value? {
    values.isEmpty ? nil : values.reduce(.zero, +)
  }
}
