package import Model

/// What a record says of its file: what of the file's own words is shown and searched.
package struct ArchiveFileRecord: Hashable, Sendable {
  package var hash: ContentHash
  /// Its own, not that of its path.
  package var filename: String?
  package var kind: String
  /// The plate that is printed, where the record is of a print.
  package var plate: Int?
  /// Of the printed plate, or of all where none is meant.
  package var seconds: Int?
  package var grams: Double?
  package var layers: Int?
  /// As the file names it.
  package var slicedModel: String?
  /// Millimetres, right or only one.
  package var nozzle: Double?
  package var bedType: String?
  /// All types in use, such as `PLA, PETG`.
  package var filamentType: String?
  package var filaments: [ArchiveFilament] = []
  package var plates: [ArchivePlate] = []

  package init(hash: ContentHash, kind: String) {
    self.hash = hash
    self.kind = kind
  }
}

/// A print's record that still waits for its file or for the figures of its end.
package struct OpenArchive: Hashable, Sendable {
  package var id: ArchiveID
  package var printerID: PrinterID?
  package var taskName: String?
  package var file: String?
  package var plate: Int?
  package var sourceID: ArchiveID?
  package var hash: ContentHash?
  package var hasEnded: Bool
  package var isSuccess: Bool
  package var isSystem: Bool
  package var lastLayer: Int?
  package var totalLayers: Int?
  package var lastPercent: Int?
  package var filaments: [ArchiveFilament]
}

/// What a filament costs for each kilogram.
package struct FilamentPrice: Hashable, Sendable {
  package var type: String
  package var color: String?
  package var perKilogram: Double
}
