/// A Swift file split into what is code and what is comment, line by line.
///
/// Comments and the content of string literals are blanked in `code`, so that a word in a sentence is never taken for a
/// construct. Code inside an interpolation is blanked with its literal.
struct SwiftSource {
  /// The lines with comments and literals blanked.
  private(set) var code: [String] = []
  /// Whether a line holds a comment, or a part of one.
  private(set) var hasComment: [Bool] = []

  private enum Place {
    case code
    case lineComment
    case blockComment(depth: Int)
    /// `hashes` as in `#"…"#`; `isLong` for three quotation marks.
    case literal(hashes: Int, isLong: Bool)
  }

  init(_ text: String) {
    let characters = Array(text)
    var place = Place.code
    var line = ""
    var commented = false
    var index = 0

    func starts(_ pattern: String, at start: Int) -> Bool {
      let end = start + pattern.count
      return end <= characters.count && String(characters[start..<end]) == pattern
    }

    while index < characters.count {
      let character = characters[index]
      if character.isNewline {
        code.append(line)
        hasComment.append(commented)
        line = ""
        if case .lineComment = place { place = .code }
        if case .blockComment = place { commented = true } else { commented = false }
        index += 1
        continue
      }
      switch place {
      case .lineComment:
        index += 1
      case .blockComment(let depth):
        if starts("/*", at: index) {
          place = .blockComment(depth: depth + 1)
          index += 2
        } else if starts("*/", at: index) {
          place = depth > 1 ? .blockComment(depth: depth - 1) : .code
          index += 2
        } else {
          index += 1
        }
      case .literal(let hashes, let isLong):
        let guardMarks = String(repeating: "#", count: hashes)
        let closing = (isLong ? "\"\"\"" : "\"") + guardMarks
        let escape = "\\" + guardMarks
        if starts(escape, at: index) {
          index += escape.count + 1
        } else if starts(closing, at: index) {
          line += "\""
          place = .code
          index += closing.count
        } else {
          index += 1
        }
      case .code:
        if starts("//", at: index) {
          place = .lineComment
          commented = true
        } else if starts("/*", at: index) {
          place = .blockComment(depth: 1)
          commented = true
          index += 2
        } else if let opening = Self.opening(characters, at: index) {
          place = .literal(hashes: opening.hashes, isLong: opening.isLong)
          line += "\""
          index += opening.length
        } else {
          line.append(character)
          index += 1
        }
      }
    }
    code.append(line)
    hasComment.append(commented)
  }

  private static func opening(_ characters: [Character], at start: Int) -> (hashes: Int, isLong: Bool, length: Int)? {
    var index = start
    while index < characters.count, characters[index] == "#" { index += 1 }
    let hashes = index - start
    guard index < characters.count, characters[index] == "\"" else { return nil }
    let isLong = index + 2 < characters.count && characters[index + 1] == "\"" && characters[index + 2] == "\""
    return (hashes, isLong, hashes + (isLong ? 3 : 1))
  }

  /// The modules that the file imports, whatever stands before `import` or between it and the name.
  var imports: [String] {
    code.compactMap { line in
      let words = line.split(separator: " ")
      guard let position = words.firstIndex(of: "import"),
        words[..<position].allSatisfy({ $0.hasPrefix("@") || Self.accessLevels.contains(String($0)) })
      else { return nil }
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor"]
      let rest = words[(position + 1)...].drop { kinds.contains($0) }
      return rest.first?.split(separator: ".").first.map(String.init)
    }
  }

  private static let accessLevels: Set<String> = ["private", "fileprivate", "internal", "package", "public"]
}
