import CInih
import Glibc

/// A configuration file: `key = value` lines in sections, as the config.txt of the board has them.
struct ConfigurationFile {
  struct Entry: Hashable {
    var section: String
    var key: String
    var value: String
    var line: Int
  }

  /// Larger files are somebody's mistake.
  private static let maximumBytes = 1 << 20

  let path: String
  let entries: [Entry]

  init(path: String) throws(ConfigurationFailure) {
    self.path = path
    entries = try Self.parse(try Self.read(path), path: path)
  }

  /// Reads text rather than a file.
  static func parse(_ text: String, path: String) throws(ConfigurationFailure) -> [Entry] {
    let lines = LineFeed(text)
    if let long = lines.firstTooLong {
      throw ConfigurationFailure(
        place: "\(path), line \(long)", problem: "is longer than \(LineFeed.maximumLength) characters")
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
      throw ConfigurationFailure(
        place: "\(path), line \(wrongLine)", problem: "is neither “key = value”, “[section]” nor a comment (#)")
    }
    return lines.entries
  }

  private static func read(_ path: String) throws(ConfigurationFailure) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ConfigurationFailure(place: path, problem: "cannot be read: \(systemError(errno))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      throw ConfigurationFailure(place: path, problem: "is a folder; a file was expected")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw ConfigurationFailure(place: path, problem: "cannot be read: \(systemError(errno))")
      }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= maximumBytes else {
        throw ConfigurationFailure(place: path, problem: "is larger than 1 MiB; that is no configuration")
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ConfigurationFailure(place: path, problem: "is not UTF-8 text")
    }
    return text
  }
}

/// What the kernel calls an error, in its own words.
func systemError(_ number: Int32) -> String { String(cString: strerror(number)) }

/// Hands the library one line after the other, so that we know which line an entry came from: the library does not say.
private final class LineFeed {
  /// The library's own line buffer takes 200 characters with their end.
  static let maximumLength = 197

  private let lines: [String]
  private var line = 0
  private(set) var entries: [ConfigurationFile.Entry] = []

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
