import Model

/// Under which name a file goes to a printer: short, in ASCII, as printers like it (protocol sheet, section 3.8), and one
/// that no file of the person's own has. The same file always has the same name, so that a card does not fill with copies.
enum UploadName {
  private static let longest = 40

  static func path(for file: PrintableFile) throws -> StoragePath {
    var base = Substring(file.name)
    var ending = ".gcode.3mf"
    let lower = file.name.lowercased()
    for known in [".gcode.3mf", ".3mf", ".gcode"] where lower.hasSuffix(known) {
      base = base.dropLast(known.count)
      if known == ".gcode" { ending = known }
      break
    }
    var plain = ""
    for scalar in base.unicodeScalars {
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value))
      if isPlain { plain.unicodeScalars.append(scalar) } else if plain.last != "_" { plain.append("_") }
      if plain.utf8.count >= longest { break }
    }
    while plain.hasPrefix("_") { plain.removeFirst() }
    while plain.hasSuffix("_") { plain.removeLast() }
    // What it holds is the last part of its path in the store.
    let mark = file.path.split(separator: "/").last?.prefix(8) ?? "0"
    return try StoragePath("/\(plain.isEmpty ? "print" : plain)-\(mark)\(ending)")
  }
}
