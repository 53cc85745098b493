/// What kind of file a print or a model lies in.
package enum PrintFileKind: String, Sendable, CaseIterable {
  /// Sliced or not: `PrintFileFacts.isPrintable` tells.
  case project = "3mf"
  case gcode
  /// Kept and shown, not printed.
  case stl
  case step

  /// By the ending of a file's name, in any case; nil for any other ending.
  package init?(name: String) {
    let name = name.lowercased()
    let endings: [(String, PrintFileKind)] = [
      (".3mf", .project), (".gcode", .gcode), (".stl", .stl), (".step", .step), (".stp", .step),
    ]
    guard let match = endings.first(where: { name.hasSuffix($0.0) && name.utf8.count > $0.0.utf8.count }) else {
      return nil
    }
    self = match.1
  }
}
