package import Model

/// Reads what a file says of the print or the model in it. The kind is told by its bytes, not by its name: files in
/// the store have none. A call blocks for some milliseconds, holds a few megabytes at most, and writes nothing.
package enum PrintFile {
  /// - Throws: `PrintFileError`, with a sentence for people.
  package static func read(
    path: String, limits: PrintFileLimits = PrintFileLimits()
  ) throws(PrintFileError) -> PrintFileFacts {
    let file = try InputFile(path: path)
    let head = try file.bytes(at: 0, count: 4096)
    if isZip(head) { return try ProjectReader(file, limits).read() }
    if let facts = Shapes.step(head: head) ?? Shapes.stl(head: head, size: file.size) { return facts }
    if isText(head) {
      let gcode = try PlainGcode(file, limits)
      if gcode.header.hasCommands { return gcode.facts }
    }
    throw PrintFileError(.unknownKind, "The file is neither 3MF nor G-code, STL or STEP.")
  }

  /// The best picture of a plate, or of the file where `plate` is nil; nil where there is none within the limits.
  package static func picture(
    path: String, plate: Int? = nil, limits: PrintFileLimits = PrintFileLimits()
  ) throws(PrintFileError) -> Picture? {
    let file = try InputFile(path: path)
    let head = try file.bytes(at: 0, count: 4096)
    if !isZip(head) { return isText(head) ? try PlainGcode.picture(file, limits) : nil }
    var archive = try ZipArchive(file, limits)
    var names = plate.map(PictureNames.plate) ?? PictureNames.cover
    if plate == nil {
      let plates = archive.members.keys.filter { $0.hasPrefix("metadata/plate_") && $0.hasSuffix(".png") }
      let first = plates.compactMap { Int($0.dropFirst("metadata/plate_".count).dropLast(".png".count)) }.min()
      if let first { names = PictureNames.plate(first) + names }
    }
    for name in names {
      if let bytes = try archive.bytes(of: name, limit: limits.pictureBytes), let picture = Picture(bytes) {
        return picture
      }
    }
    return nil
  }

  private static func isZip(_ head: [UInt8]) -> Bool {
    head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }

  private static func isText(_ head: [UInt8]) -> Bool { !head.isEmpty && !head.contains(0) }
}
