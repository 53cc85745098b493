/// One part of a form, by its header.
package struct MultipartPart: Hashable, Sendable {
  /// The field's name.
  package var name: String
  /// What the sender called the file, without folders; nil where the part is no file. Not checked any further.
  package var fileName: String?
  package var contentType: String?

  package init(name: String, fileName: String? = nil, contentType: String? = nil) {
    self.name = name
    self.fileName = fileName
    self.contentType = contentType
  }

  /// - Parameter header: the lines without the empty one at their end.
  init(header: ArraySlice<UInt8>) throws(MultipartError) {
    var name: String?
    for line in header.split(separator: 0x0A, omittingEmptySubsequences: true) {
      let line = line.last == 0x0D ? line.dropLast() : line
      // RFC 7578, section 5.1: names are UTF-8 as they stand.
      guard let text = String(validating: line, as: UTF8.self), !line.contains(where: { $0 < 0x20 && $0 != 0x09 }),
        let colon = text.firstIndex(of: ":")
      else { throw .malformed }
      let parameters = HeaderParameters(String(text[text.index(after: colon)...]))
      switch text[..<colon].lowercased() {
      case "content-disposition":
        guard parameters.value.lowercased() == "form-data" else { throw .malformed }
        name = parameters.first(named: "name")
        fileName = parameters.first(named: "filename").map(Self.lastPart)
      case "content-type": contentType = parameters.value
      default: break
      }
    }
    guard let name else { throw .malformed }
    self.name = name
  }

  /// Some senders give the whole path on their own disk.
  private static func lastPart(_ path: String) -> String {
    String(path.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last ?? "")
  }
}

/// Why a form is not read on; the text is for people.
package enum MultipartError: Error, Hashable, Sendable, CustomStringConvertible {
  case noBoundary
  case malformed
  case headerTooLarge(limit: Int)
  case tooManyParts(limit: Int)
  case cut

  package var description: String {
    switch self {
    case .noBoundary: "the boundary that the Content-Type names does not come"
    case .malformed: "a part of the form is malformed"
    case .headerTooLarge(let limit): "the header of a part has more than \(limit) bytes"
    case .tooManyParts(let limit): "it has more than \(limit) parts"
    case .cut: "it ends before its closing boundary"
    }
  }
}
