/// Where a file lies on a printer's storage: absolute, in UTF-8, and unable to climb out of its root.
///
/// No `.` or `..`, no empty parts, no control characters; at most 255 bytes a part and 1,024 in all (contract,
/// section 5). What cannot be written so never reaches the wire, where a line break would be a second command.
package struct StoragePath: Hashable, Sendable, CustomStringConvertible {
  package static let partLimit = 255
  package static let limit = 1024
  package static let root = StoragePath(known: "/")
  /// Where jobs from the cloud lie (protocol sheet, section 4).
  package static let cache = StoragePath(known: "/cache")

  package let text: String

  package init(_ text: String, field: String = "path") throws(InvalidValue) {
    guard text.utf8.first == 0x2F, text.utf8.count <= Self.limit else {
      throw InvalidValue(field, "must begin with / and have at most \(Self.limit) bytes")
    }
    if text != "/" {
      let parts = text.utf8.dropFirst().split(separator: 0x2F, omittingEmptySubsequences: false)
      guard parts.allSatisfy(Self.isName) else {
        throw InvalidValue(field, "must not have empty parts, . or .., control characters or parts over 255 bytes")
      }
    }
    self.text = text
  }

  private init(known text: String) { self.text = text }

  package var description: String { text }

  /// The last part; `/` for the root.
  package var name: String {
    guard let slash = text.utf8.lastIndex(of: 0x2F), text != "/" else { return text }
    return String(text[text.utf8.index(after: slash)...])
  }

  /// The folder that holds it; the root holds itself.
  package var folder: StoragePath {
    guard let slash = text.utf8.lastIndex(of: 0x2F), slash > text.startIndex else { return .root }
    return StoragePath(known: String(text[..<slash]))
  }

  /// The path of `name` in this folder.
  package func appending(_ name: String, field: String = "path") throws(InvalidValue) -> StoragePath {
    guard !name.utf8.contains(0x2F) else { throw InvalidValue(field, "must not have a / in a name") }
    return try StoragePath(self == .root ? "/\(name)" : "\(text)/\(name)", field: field)
  }

  /// Whether these bytes can be one part of a path.
  package static func isName(_ bytes: some Collection<UInt8>) -> Bool {
    guard (1...partLimit).contains(bytes.count), bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != 0x2F }) else {
      return false
    }
    return !bytes.elementsEqual([0x2E]) && !bytes.elementsEqual([0x2E, 0x2E])
  }
}
