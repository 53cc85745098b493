import Model
import Wire

/// What lies on a printer's storage.
struct FileView: WireObject {
  let entry: StorageEntry

  static let name = "PrinterFile"
  static let fields: [ObjectField<FileView>] = [
    ObjectField("name", "The last part of its path.", example: "benchy.gcode.3mf") { $0.entry.name },
    ObjectField("path", "Where it lies, from the root of the storage.", example: "/benchy.gcode.3mf") {
      $0.entry.path.text
    },
    ObjectField("size", "Bytes; null for a folder.", example: 1482211) { $0.entry.isDirectory ? nil : $0.entry.size },
    ObjectField("modified", "By the printer's own clock, which may be hours off; null where it says none.") {
      $0.entry.modified
    },
    ObjectField("directory", "Whether it is a folder.") { $0.entry.isDirectory },
  ]
}

/// A file that has been put on a printer's storage.
struct StoredFileView: WireObject {
  let path: StoragePath
  let size: Int64

  static let name = "StoredFile"
  static let fields: [ObjectField<StoredFileView>] = [
    ObjectField("name", "The last part of its path.", example: "benchy.gcode.3mf") { $0.path.name },
    ObjectField("path", "Where it lies, from the root of the storage.", example: "/benchy.gcode.3mf") { $0.path.text },
    ObjectField("size", "Bytes, as the printer counts them.", example: 1482211) { $0.size },
  ]
}

/// The answer to the delete of a file, which has no number.
struct DeletedFileView: WireObject {
  let path: StoragePath

  static let name = "DeletedFile"
  static let fields: [ObjectField<DeletedFileView>] = [
    ObjectField("deleted", "Always true.") { _ in true },
    ObjectField("id", "What was deleted: its path.", example: "/benchy.gcode.3mf") { $0.path.text },
    ObjectField("path", "The same.", example: "/benchy.gcode.3mf") { $0.path.text },
  ]
}

/// The answer to a start.
struct StartedPrintView: WireObject {
  let taskID: Int?

  static let name = "StartedPrint"
  static let fields: [ObjectField<StartedPrintView>] = [
    ObjectField("result", "`acknowledged`: the printer shows that the print begins.", example: "acknowledged") { _ in
      "acknowledged"
    },
    ObjectField("task_id", "The number under which the printer shows the job; null for plain G-code.", example: 1094) {
      $0.taskID
    },
  ]
}
