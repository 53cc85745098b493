/// The targets of a Package.swift, read from its text: asking SwiftPM costs seconds and a lock that the test run holds.
struct Manifest {
  enum Kind: String, CaseIterable {
    case library = ".target("
    case executable = ".executableTarget("
    case test = ".testTarget("
    case system = ".systemLibrary("
  }

  struct Target {
    let kind: Kind
    let name: String
    /// Names of targets of this package, and of products (`NIOCore`) through the manifest's own constants.
    let dependencies: [String]
  }

  let targets: [Target]

  init(_ text: String) {
    let products = Self.productConstants(in: text)
    var found: [(position: String.Index, target: Target)] = []
    for kind in Kind.allCases {
      var rest = text[...]
      while let start = rest.firstRange(of: kind.rawValue) {
        rest = rest[start.upperBound...]
        let body = Self.balanced(rest, open: "(", close: ")")
        guard let name = Self.literal(after: "name:", in: body) else { continue }
        let dependencies = Self.list(after: "dependencies:", in: body).map { products[$0] ?? $0 }
        found.append((start.lowerBound, Target(kind: kind, name: name, dependencies: dependencies)))
      }
    }
    targets = found.sorted { $0.position < $1.position }.map(\.target)
  }

  /// `let nioCore: Target.Dependency = .product(name: "NIOCore", …)` makes `nioCore` stand for `NIOCore`.
  private static func productConstants(in text: String) -> [String: String] {
    var constants: [String: String] = [:]
    for line in text.split(separator: "\n") where line.contains(": Target.Dependency = .product(") {
      guard line.hasPrefix("let "), let end = line.firstIndex(of: ":"), let name = literal(after: "name:", in: line)
      else { continue }
      constants[String(line[line.index(line.startIndex, offsetBy: 4)..<end])] = name
    }
    return constants
  }

  /// The text up to the parenthesis that closes one already open.
  private static func balanced(_ text: Substring, open: Character, close: Character) -> Substring {
    var depth = 1
    for index in text.indices {
      if text[index] == open { depth += 1 }
      if text[index] == close { depth -= 1 }
      if depth == 0 { return text[..<index] }
    }
    return text
  }

  private static func literal(after label: String, in text: Substring) -> String? {
    guard let start = text.firstRange(of: label) else { return nil }
    let parts = text[start.upperBound...].split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 ? String(parts[1]) : nil
  }

  private static func list(after label: String, in text: Substring) -> [String] {
    guard let start = text.firstRange(of: label), let open = text[start.upperBound...].firstIndex(of: "[") else {
      return []
    }
    let inside = balanced(text[text.index(after: open)...], open: "[", close: "]")
    return inside.split(separator: ",").map { $0.filter { !$0.isWhitespace && $0 != "\"" } }.filter { !$0.isEmpty }
  }
}
