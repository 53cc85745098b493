import Model
import Service
import Store
import Wire

/// A filament that a print needs.
struct ArchiveFilamentView: WireObject {
  let filament: ArchiveFilament

  static let name = "ArchiveFilament"
  static let fields: [ObjectField<ArchiveFilamentView>] = [
    ObjectField("type", "What it is, or null.", example: "PLA") { $0.filament.type },
    ObjectField("color", "`#RRGGBB`, with opacity where the file has it, or null.", example: "#4CAF50") {
      $0.filament.color
    },
    ObjectField("grams", "What the print needs of it by the file, or null.", example: 45.2) { $0.filament.grams },
  ]
}

/// A record of the archive: a print, or a file that was never printed.
struct ArchiveView: WireObject {
  let record: ArchiveRecord

  static let name = "Archive"
  static let fields: [ObjectField<ArchiveView>] = identity + print + file

  private static let identity: [ObjectField<ArchiveView>] = [
    ObjectField("id", "The archive's number.", example: 1) { $0.record.id.rawValue },
    ObjectField("name", "What a person calls it, else the job, else the file.", example: "Benchy") { $0.record.name },
    ObjectField("filename", "The file, or null where none is known.", example: "benchy.gcode.3mf") {
      $0.record.filename
    },
    ObjectField(
      "printer_id", "The printer; null for a file that was never printed, and once it is deleted.", example: 1
    ) {
      $0.record.printerID?.rawValue
    },
    ObjectField("printer_name", "What the printer was called, or null.", example: "Workshop X1C") {
      $0.record.printerName
    },
    ObjectField("project_id", "The project, or null.", example: 1) { $0.record.projectID?.rawValue },
    ObjectField("project_name", "What the project is called, or null.", example: "Voron Build") {
      $0.record.projectName
    },
    ObjectField("notes", "What a person wrote, or null.", example: "Great print") { $0.record.notes },
    ObjectField("tags", "Words by a person.", example: ["functional", "gift"]) { $0.record.tags },
    ObjectField("created_at", "When it was made: for a print, when it was first seen.") { $0.record.createdAt },
    ObjectField("updated_at", "When it was changed last.") { $0.record.updatedAt },
    ObjectField("deleted_at", "When it went to the bin; null where it is not there.") { $0.record.deletedAt },
  ]

  private static let print: [ObjectField<ArchiveView>] = [
    ObjectField(
      "status", "How the print stands; null for a file that was never printed.",
      schema: .nullable(.choice(ArchiveStatus.allCases.map(\.rawValue))), example: "success"
    ) { $0.record.status?.rawValue },
    ObjectField("error", "Why it failed, `outcome unknown` where nobody saw its end, or null.", example: "0300_8007") {
      $0.record.error
    },
    ObjectField("started_at", "When it began, or null where nobody saw it.") { $0.record.startedAt },
    ObjectField("completed_at", "When it ended, or null.") { $0.record.endedAt },
    ObjectField("duration", "Seconds from start to end; null where nobody saw one of them.", example: 8100) {
      $0.record.duration
    },
    ObjectField("filament_used", "Grams that the print took, or null.", example: 45.2) { $0.record.filamentUsed },
    ObjectField("filament_type", "The types of filament, or null.", example: "PLA") { $0.record.filamentType },
    ObjectField("cost", "In the setting `currency`: by the prices of the filaments, or a person's word.", example: 1.13)
    {
      $0.record.cost.map(rounded)
    },
    ObjectField(
      "energy_kwh", "What the printer took during the print, by the plug that feeds it, or null.", example: 0.82
    ) { $0.record.energy.map { ($0 * 1000).rounded() / 1000 } },
    ObjectField(
      "energy_cost", "Of that, by the setting `energy.cost_per_kwh`, or null; no part of `cost`.", example: 0.25
    ) { $0.record.energyCost.map(rounded) },
    ObjectField("plate", "The plate that was printed, or null.", example: 1) { $0.record.plate },
    ObjectField("source_archive_id", "The archive that was printed again, or null.", example: 1) {
      $0.record.sourceID?.rawValue
    },
  ]

  private static let file: [ObjectField<ArchiveView>] = [
    ObjectField("has_file", "Whether its file is kept, so that it can be downloaded.") { $0.record.file != nil },
    ObjectField("file_error", "Why a print has no file, or null.", example: "The file is no longer on the printer.") {
      $0.record.fileError
    },
    ObjectField("printable", "Whether its file has a plate that a printer can print.") { $0.record.isPrintable },
    ObjectField(
      "file_kind", "What kind of file it is, or null.",
      schema: .nullable(.choice(PrintFileKind.allCases.map(\.rawValue))), example: "3mf"
    ) { $0.record.fileKind },
    ObjectField("file_sha256", "SHA-256 of the file, or null.", example: .string(String(repeating: "0a", count: 32))) {
      $0.record.file?.hex
    },
    ObjectField("estimated_time", "Seconds that the file says, or null.", example: 7900) { $0.record.estimatedTime },
    ObjectField("estimated_filament", "Grams that the file says, or null.", example: 45.2) {
      $0.record.estimatedFilament
    },
    ObjectField("layers", "Layers, or null.", example: 267) { $0.record.layers },
    ObjectField("sliced_for", "The printer's model that it was sliced for, or null.", example: "X1C") {
      $0.record.slicedModel
    },
    ObjectField("nozzle_diameter", "Millimetres of the nozzle that it was sliced for, or null.", example: 0.4) {
      $0.record.nozzle
    },
    ObjectField("bed_type", "The plate that it was sliced for, or null.", example: "Textured PEI Plate") {
      $0.record.bedType
    },
    ObjectField("filaments", "The filaments that the file needs.") {
      $0.record.filaments.map(ArchiveFilamentView.init)
    },
  ]
}

/// Money, grams and rates, to two decimals.
func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

/// A plate of an archive's file.
struct PlateView: WireObject {
  let plate: PrintPlate

  static let name = "Plate"
  static let fields: [ObjectField<PlateView>] = [
    ObjectField("index", "From 1.", example: 1) { $0.plate.index },
    ObjectField("name", "What it is called, or null.", example: "Hull") { $0.plate.name },
    ObjectField("printable", "Whether it is sliced.") { $0.plate.hasGcode },
    ObjectField("has_picture", "Whether the file has a picture of it.") { $0.plate.hasPicture },
    ObjectField("estimated_time", "Seconds, or null.", example: 7900) { $0.plate.seconds },
    ObjectField("estimated_filament", "Grams, or null.", example: 45.2) { $0.plate.grams },
    ObjectField("layers", "Layers, or null.", example: 267) { $0.plate.layers },
    ObjectField("bed_type", "The plate that it was sliced for, or null.", example: "Textured PEI Plate") {
      $0.plate.bedType
    },
    ObjectField("filaments", "The filaments that it needs.") { view in
      view.plate.filaments.filter(\.isUsed).map {
        ArchiveFilamentView(filament: ArchiveFilament(type: $0.type, color: $0.color, grams: $0.grams))
      }
    },
    ObjectField("objects", "What lies on it, as it can be skipped.") { $0.plate.objects.map(PlateObjectView.init) },
  ]
}

struct PlateObjectView: WireObject {
  let object: PlateObject

  static let name = "PlateObject"
  static let fields: [ObjectField<PlateObjectView>] = [
    ObjectField("id", "The number by which it is skipped.", example: 164) { $0.object.id },
    ObjectField("name", "What it is called.", example: "hull.stl") { $0.object.name },
    ObjectField("skipped", "Whether the slicer has left it out.") { $0.object.isSkipped },
  ]
}

/// A photo of a record.
struct PhotoView: WireObject {
  let photo: PhotoRecord

  static let name = "Photo"
  static let fields: [ObjectField<PhotoView>] = [
    ObjectField("id", "The photo's number.", example: 1) { $0.photo.id.rawValue },
    ObjectField("kind", "`finish` by the camera when the print had ended, `added` by somebody.", example: "finish") {
      $0.photo.isOfFinish ? "finish" : "added"
    },
    ObjectField("media_type", "`image/jpeg` or `image/png`.", example: "image/jpeg") { $0.photo.mediaType },
    ObjectField("size", "Bytes.", example: 182_400) { $0.photo.bytes },
    ObjectField("url", "Where the picture is.", example: "/api/v1/archives/1/photos/1") {
      "\(apiBase)/archives/\($0.photo.archiveID)/photos/\($0.photo.id)"
    },
    ObjectField("created_at", "When it was taken or added.") { $0.photo.createdAt },
    ObjectField("updated_at", "The same: a photo never changes.") { $0.photo.createdAt },
  ]
}

/// What an import has done.
struct ImportedView: WireObject {
  let imported: Int
  let skipped: Int

  static let name = "Imported"
  static let fields: [ObjectField<ImportedView>] = [
    ObjectField("imported", "Records that are new.", example: 120) { $0.imported },
    ObjectField("skipped", "Records that were there already.", example: 3) { $0.skipped },
  ]
}
