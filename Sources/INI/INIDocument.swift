import CInih

/// An INI text: `key = value` lines in sections, as the config.txt of the board has them, with the line of each entry.
package struct INIDocument: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    /// Empty before the first section.
    package var section: String
    package var key: String
    package var value: String
    /// From 1.
    package var line: Int

    package init(section: String, key: String, value: String, line: Int) {
      self.section = section
      self.key = key
      self.value = value
      self.line = line
    }
  }

  package let entries: [Entry]

  /// - Throws: the line at fault and what is wrong with it, as the end of a sentence.
  package init(_ text: String) throws(INIProblem) {
    let lines = LineFeed(text)
    if let long = lines.firstTooLong {
      throw INIProblem(line: long, problem: "is longer than \(LineFeed.maximumLength) characters")
    }
    let context = Unmanaged.passUnretained(lines).toOpaque()
    let wrongLine = ini_parse_stream(
      { buffer, size, context in LineFeed.at(context)?.next(into: buffer, size: Int(size)) },
      context,
      { context, section, key, value in
        LineFeed.at(context)?.take(section: section, key: key, value: value)
        return 1
      },
      context)
    guard wrongLine == 0 else {
      throw INIProblem(line: Int(wrongLine), problem: "is neither “key = value”, “[section]” nor a comment (#)")
    }
    entries = lines.entries
  }
}

/// Why a text is no INI document.
package struct INIProblem: Error, Hashable, Sendable {
  /// From 1.
  package let line: Int
  package let problem: String
}

/// Hands the library one line after the other, so that we know which line an entry came from: the library does not say.
private final class LineFeed {
  /// The library's own line buffer takes 200 characters with their end.
  static let maximumLength = 197

  private let lines: [String]
  private var line = 0
  private(set) var entries: [INIDocument.Entry] = []

  init(_ text: String) {
    // White space before a key would make it a continuation of the line above.
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.drop { $0 == " " || $0 == "\t" })
    }
  }

  /// The object behind the pointer that we gave the library; nil only where it lost it.
  static func at(_ context: UnsafeMutableRawPointer?) -> LineFeed? {
    context.map { Unmanaged<LineFeed>.fromOpaque($0).takeUnretainedValue() }
  }

  var firstTooLong: Int? { lines.firstIndex { $0.utf8.count > Self.maximumLength }.map { $0 + 1 } }

  func next(into buffer: UnsafeMutablePointer<CChar>?, size: Int) -> UnsafeMutablePointer<CChar>? {
    guard let buffer, line < lines.count else { return nil }
    var index = 0
    for byte in lines[line].utf8.prefix(size - 2) {
      buffer[index] = CChar(bitPattern: byte)
      index += 1
    }
    buffer[index] = CChar(bitPattern: UInt8(ascii: "\n"))
    buffer[index + 1] = 0
    line += 1
    return buffer
  }

  func take(section: UnsafePointer<CChar>?, key: UnsafePointer<CChar>?, value: UnsafePointer<CChar>?) {
    func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
    entries.append(.init(section: text(section), key: text(key), value: text(value), line: line))
  }
}
