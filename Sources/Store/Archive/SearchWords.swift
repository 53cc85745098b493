/// What somebody searches for, as a full-text expression of our own making: whatever a text holds, it is never FTS syntax.
///
/// Words are beginnings of words, and all must be there; what stands in quotation marks is there in this order.
package struct SearchWords: Hashable, Sendable {
  /// For `MATCH`; nil where the text has neither letter nor digit, so that nothing can be found.
  let expression: String?

  package init(_ text: String) {
    var terms: [String] = []
    for (index, part) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 1 {
        let words = Self.words(part)
        if !words.isEmpty { terms.append("\"\(words.joined(separator: " "))\"") }
      } else {
        terms += Self.words(part).map { "\"\($0)\"*" }
      }
    }
    expression = terms.isEmpty ? nil : terms.joined(separator: " ")
  }

  /// Runs of what the index takes for parts of words; the rest separates them there as well.
  private static func words(_ text: Substring) -> [String] {
    text.unicodeScalars.split { !isPartOfWord($0) }.map { String(String.UnicodeScalarView($0)) }
  }

  /// As the tokenizer `unicode61` has it, and the marks that it leaves out within a word.
  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .privateUse, .nonspacingMark, .spacingMark, .enclosingMark:
      true
    default: false
    }
  }
}
