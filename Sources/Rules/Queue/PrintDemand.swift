package import Model

/// What one plate of a file asks of the printer that is to print it (protocol sheet, section 6).
///
/// Read from the file once, when it is queued: the file lies in the service under the hash of its contents and never
/// changes.
package struct PrintDemand: Hashable, Sendable {
  /// A filament that the plate uses.
  package struct Filament: Hashable, Sendable {
    /// Its place in `ams_mapping`, from 0.
    package var index: Int
    /// `PLA`, `PETG-CF`; empty where the file does not say.
    package var type: String
    /// RRGGBB in capitals.
    package var color: String?
    /// The maker's number of the material: `GFA00`.
    package var filamentID: String?
    /// The nozzle that it was sliced for: 0 right or only, 1 left; nil where the file does not say.
    package var nozzle: Int?

    package init(index: Int, type: String, color: String? = nil, filamentID: String? = nil, nozzle: Int? = nil) {
      self.index = index
      self.type = type
      self.color = color
      self.filamentID = filamentID
      self.nozzle = nozzle
    }
  }

  /// The model that it was sliced for; nil where the file does not say.
  package var model: PrinterModel?
  /// Millimetres; empty where the file does not say.
  package var nozzleDiameters: [Double]
  /// The filaments that the plate uses.
  package var filaments: [Filament]
  /// How many filaments the file knows: the length of a mapping.
  package var filamentCount: Int
  /// Seconds that the print is estimated to take.
  package var duration: Int?
  /// Plain G-code: it has neither plates nor filaments, and no number to know the job by.
  package var isPlainGcode: Bool

  package init(
    model: PrinterModel? = nil, nozzleDiameters: [Double] = [], filaments: [Filament] = [], filamentCount: Int = 0,
    duration: Int? = nil, isPlainGcode: Bool = false
  ) {
    self.model = model
    self.nozzleDiameters = nozzleDiameters
    self.filaments = filaments
    self.filamentCount = filamentCount
    self.duration = duration
    self.isPlainGcode = isPlainGcode
  }
}
