/// What csv of ours looks like: RFC 4180, UTF-8, numbers as they are, dates in ISO 8601.
///
/// A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula, and runs it. Such a text gets an
/// apostrophe in front, which spreadsheets show as "this is text"; so does one that begins with an apostrophe before
/// such a sign or before another, so that reading gives back what was written.
enum CSV {
  private static let dangerous: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]

  static func guarded(_ text: String) -> String { needsGuard(text.unicodeScalars[...]) ? "'" + text : text }

  static func unguarded(_ text: String) -> String {
    guard text.unicodeScalars.first == "'" else { return text }
    let rest = text.unicodeScalars.dropFirst()
    return needsGuard(rest) ? String(rest) : text
  }

  private static func needsGuard(_ text: String.UnicodeScalarView.SubSequence) -> Bool {
    guard let first = text.first else { return false }
    if first == "'" { return text.dropFirst().first.map { $0 == "'" || dangerous.contains($0) } ?? false }
    return dangerous.contains(first)
  }
}
