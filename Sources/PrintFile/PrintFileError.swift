/// Why a file is not read. The sentence is for people, says no path, and names members at most by our own names.
package struct PrintFileError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    /// The file cannot be opened or read; the number is errno.
    case unreadable(Int32)
    /// Neither 3MF nor G-code, STL or STEP.
    case unknownKind
    /// It is cut short or contradicts itself.
    case damaged
    /// It is made to cost more than any real file: too many members, too large, too tightly packed, or with names or
    /// entities that no slicer writes.
    case hostile
  }

  package var reason: Reason
  package var description: String

  init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }

  static func hostile(_ description: String) -> PrintFileError { PrintFileError(.hostile, description) }
  static func damaged(_ description: String) -> PrintFileError { PrintFileError(.damaged, description) }
}
