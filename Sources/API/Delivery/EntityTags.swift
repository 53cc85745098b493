/// What `If-None-Match` says (RFC 9110, section 13.1.2).
struct EntityTags: Hashable {
  private let isAny: Bool
  private let opaque: Set<String>

  /// - Parameter fields: all of that name. What is no tag is passed over.
  init(_ fields: [String]) {
    isAny = fields.contains { trimmed($0) == "*" }
    var opaque: Set<String> = []
    for field in fields {
      // A tag may hold commas: only the quotes tell where one ends.
      let parts = field.split(separator: "\"", omittingEmptySubsequences: false)
      for index in stride(from: 1, to: parts.count - 1, by: 2) { opaque.insert(String(parts[index])) }
    }
    self.opaque = opaque
  }

  /// Weak comparison: the mark W/ makes no difference.
  func contains(_ tag: String) -> Bool {
    if isAny { return true }
    let quoted = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]
    return opaque.contains(String(quoted.dropFirst().dropLast()))
  }
}
