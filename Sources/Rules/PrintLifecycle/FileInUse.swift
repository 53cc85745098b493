package import Model

/// Whether a file on a printer's storage is the one that it prints.
///
/// Printers name the file or only the task, the latter without the end of the name; slicers replace spaces, and the card
/// knows no difference of case (protocol sheet, section 4).
package enum FileInUse {
  /// - Parameters:
  ///   - file: `gcode_file` of the report.
  ///   - taskName: `subtask_name` of the report.
  package static func isMeant(_ path: StoragePath, file: String?, taskName: String?) -> Bool {
    let name = plain(path.name)
    let names = [file, taskName].compactMap { $0?.split(separator: "/").last }.map { plain(String($0)) }
    return names.contains { !$0.isEmpty && $0 == name }
  }

  private static func plain(_ name: String) -> String {
    var name = name.lowercased()
    for ending in [".3mf", ".gcode"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    return String(name.map { $0 == " " ? "_" : $0 })
  }
}
