package import Model

/// Which file on a printer's card is the one that it prints (protocol sheet, section 4, "Finding the running job's 3MF").
///
/// Printers name the task or the file, seldom the path. Slicers replace spaces by underscores, the card knows no
/// difference of case, and the task's name may be that of the plate before.
package struct JobFileSearch: Hashable, Sendable {
  /// Where jobs lie, in the order in which they are looked through.
  package static let folders: [StoragePath] = [.cache, .root]

  /// What the file may be called, the best first; empty when nothing is known of it, and the newest 3MF must do.
  package let names: [String]

  /// - Parameters:
  ///   - file: `gcode_file` of the report.
  ///   - taskName: `subtask_name` of the report.
  ///   - plate: the plate that is printed, where the file's name tells it.
  package init(file: String?, taskName: String?, plate: Int?) {
    let task = taskName.map(Self.withoutBlanks).flatMap { $0.isEmpty || $0.contains("/") ? nil : $0 }
    var names: [String] = []
    if let task {
      if let plate, let corrected = Self.replacingPlate(of: task, by: plate), corrected != task {
        names += Self.candidates(corrected)
      }
      names += Self.candidates(task)
    }
    // What lies on the machine's own memory cannot be fetched.
    if let file, !file.contains("Metadata") {
      let name = file.split(separator: "/").last.map(String.init) ?? ""
      if !name.isEmpty { names += name.lowercased().hasSuffix(".gcode") ? [name] : Self.candidates(name) }
    }
    var seen: Set<String> = []
    self.names = names.filter { seen.insert($0).inserted }
  }

  /// The files that may be it, the likeliest first.
  ///
  /// - Parameter entries: what lies in `folders`, in their order. Folders and empty files are left out.
  package func matches(among entries: [StorageEntry]) -> [StorageEntry] {
    let files = entries.filter { !$0.isDirectory && $0.size > 0 }
    guard !names.isEmpty else {
      let models = files.filter { $0.name.lowercased().hasSuffix(".3mf") }
      return models.max { Self.isOlder($0, $1) }.map { [$0] } ?? []
    }
    var found: [StorageEntry] = []
    for name in names {
      let plain = Self.plain(name)
      let alike = files.filter { Self.plain($0.name) == plain && !found.contains($0) }
      found += alike.filter { $0.name == name } + alike.filter { $0.name != name }
    }
    return found
  }

  private static func candidates(_ name: String) -> [String] {
    let lower = name.lowercased()
    return lower.hasSuffix(".3mf") ? [name] : ["\(name).3mf", "\(name).gcode.3mf"]
  }

  /// `Box - Plate 1` as `Box - Plate 3`, `Box_plate_1.3mf` as `Box_plate_3.3mf`; nil for a name without a plate.
  private static func replacingPlate(of name: String, by plate: Int) -> String? {
    let lower = name.lowercased()
    let ending = [".gcode.3mf", ".3mf"].first { lower.hasSuffix($0) } ?? ""
    let stem = name.dropLast(ending.count)
    let digits = stem.reversed().prefix { $0.isASCII && $0.isNumber }.count
    let front = stem.dropLast(digits)
    guard digits > 0, [" - plate ", "_plate_"].contains(where: { front.lowercased().hasSuffix($0) }) else { return nil }
    return "\(front)\(plate)\(name.suffix(ending.count))"
  }

  private static func plain(_ name: String) -> String {
    String(name.lowercased().map { $0 == " " ? "_" : $0 })
  }

  /// A trailing space has been seen; the file has none.
  private static func withoutBlanks(_ name: String) -> String {
    let head = name.drop(while: \.isWhitespace)
    return String(head.reversed().drop(while: \.isWhitespace).reversed())
  }

  /// Of equal age, the one in the earlier folder is the newer.
  private static func isOlder(_ one: StorageEntry, _ other: StorageEntry) -> Bool {
    guard let mine = one.modified else { return other.modified != nil }
    guard let theirs = other.modified else { return false }
    return mine < theirs
  }
}
