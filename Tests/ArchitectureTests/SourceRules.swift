/// What no Swift file of the product may hold. Each rule answers with the numbers of the lines that break it.
enum SourceRules {
  /// `x!`, `f()!`, `a[0]!` and types written `T!`. `!x` and `!=` are something else.
  static func forcedUnwraps(in source: SwiftSource) -> [Int] {
    lines(of: source) { line in
      let characters = Array(line)
      return characters.indices.contains { index in
        guard characters[index] == "!", index > 0 else { return false }
        let before = characters[index - 1]
        let after = index + 1 < characters.count ? characters[index + 1] : " "
        return (before.isLetter || before.isNumber || "_)]}>".contains(before)) && after != "="
      }
    }
  }

  static func forcedEndings(in source: SwiftSource) -> [Int] {
    lines(of: source) { $0.contains("fatalError(") || $0.contains("try!") || $0.contains("as!") }
  }

  /// Lines with `keyword` that have no comment on the line itself or right above it (attributes may stand between).
  static func unexplained(_ keyword: String, in source: SwiftSource) -> [Int] {
    lines(of: source) { $0.contains(keyword) }.filter { number in
      var index = number - 1
      if source.hasComment[index] { return false }
      while index > 0 {
        index -= 1
        if source.hasComment[index] { return false }
        let words = source.code[index].split(separator: " ")
        guard let first = words.first, first.hasPrefix("@"), words.count == 1 else { return true }
      }
      return true
    }
  }

  static func count(of keyword: String, in source: SwiftSource) -> Int {
    source.code.filter { $0.contains(keyword) }.count
  }

  static func lineCount(of text: String) -> Int {
    text.utf8.count { $0 == UInt8(ascii: "\n") } + (text.isEmpty || text.hasSuffix("\n") ? 0 : 1)
  }

  /// Words that promise work instead of doing it, found as whole words. Put together here so that this file has none.
  static let unfinishedWords: Set<String> = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]

  static func unfinished(in text: String) -> [Int] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { offset, line in
      let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      return words.contains { unfinishedWords.contains(String($0)) } ? offset + 1 : nil
    }
  }

  private static func lines(of source: SwiftSource, where breaks: (String) -> Bool) -> [Int] {
    source.code.enumerated().compactMap { breaks($1) ? $0 + 1 : nil }
  }
}
