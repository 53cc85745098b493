import CExpat

/// An element's beginning, with what it says of itself.
struct XMLTag {
  var name: String
  var attributes: [String: String]

  subscript(attribute: String) -> String? { attributes[attribute] }
}

/// What is told of an XML text.
protocol XMLListener: AnyObject {
  /// - Returns: false when nothing more is wanted.
  func begin(_ tag: XMLTag) -> Bool
  func end(_ name: String)
  /// A part of the text between tags.
  func text(_ text: String)
}

extension XMLListener {
  func text(_ text: String) {}
}

/// Reads XML as it comes, by expat. A document type is refused before any of it is used, and with it every entity of a
/// document's own; expat itself knows no other files.
final class XMLReader {
  enum Outcome: Equatable {
    case going
    /// The listener has what it wants.
    case enough
    /// No XML, or not to its end.
    case broken
    /// A document type, nesting or tags beyond the limits.
    case hostile
  }

  private let listener: any XMLListener
  private(set) var outcome = Outcome.going
  private let parser: XML_Parser?
  private var depth = 0
  /// Bytes since something was told: expat keeps a tag that does not end.
  private var silence = 0

  private static let deepest = 64
  private static let longestTag = 256 << 10

  init(_ listener: any XMLListener) {
    self.listener = listener
    parser = XML_ParserCreate(nil)
    guard let parser else {
      outcome = .broken
      return
    }
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser,
      { context, name, attributes in XMLReader.from(context)?.begin(name, attributes) },
      { context, name in XMLReader.from(context)?.end(name) })
    XML_SetCharacterDataHandler(parser) { context, bytes, count in
      XMLReader.from(context)?.text(bytes, count)
    }
    XML_SetDefaultHandler(parser) { context, _, _ in XMLReader.from(context)?.silence = 0 }
    XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in XMLReader.from(context)?.stop(.hostile) }
  }

  deinit { if let parser { XML_ParserFree(parser) } }

  private static func from(_ context: UnsafeMutableRawPointer?) -> XMLReader? {
    context.map { Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() }
  }

  /// - Returns: whether more is wanted.
  func feed(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard outcome == .going, let parser else { return false }
    silence += bytes.count
    let start = bytes.bindMemory(to: CChar.self).baseAddress
    if XML_Parse(parser, start, Int32(bytes.count), 0) == XML_STATUS_ERROR, outcome == .going { outcome = .broken }
    if outcome == .going, silence > Self.longestTag { outcome = .hostile }
    return outcome == .going
  }

  /// After the last bytes.
  func finish() {
    guard outcome == .going, let parser else { return }
    if XML_Parse(parser, nil, 0, 1) == XML_STATUS_ERROR, outcome == .going { outcome = .broken }
    if outcome == .going { outcome = .enough }
  }

  private func stop(_ outcome: Outcome) {
    guard self.outcome == .going else { return }
    self.outcome = outcome
    if let parser { XML_StopParser(parser, XML_Bool(0)) }
  }

  private func begin(_ name: UnsafePointer<XML_Char>?, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
    // Expat may still tell the end of what it had begun when it was stopped.
    guard outcome == .going, let name else { return }
    silence = 0
    depth += 1
    guard depth <= Self.deepest else { return stop(.hostile) }
    var tag = XMLTag(name: String(cString: name), attributes: [:])
    if let attributes {
      var index = 0
      while let key = attributes[index], let value = attributes[index + 1], index < 128 {
        tag.attributes[String(cString: key)] = String(cString: value)
        index += 2
      }
    }
    if !listener.begin(tag) { stop(.enough) }
  }

  private func end(_ name: UnsafePointer<XML_Char>?) {
    guard outcome == .going, let name else { return }
    silence = 0
    depth -= 1
    listener.end(String(cString: name))
  }

  private func text(_ bytes: UnsafePointer<XML_Char>?, _ count: Int32) {
    guard outcome == .going, let bytes else { return }
    silence = 0
    let buffer = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    listener.text(String(decoding: buffer, as: UTF8.self))
  }
}

extension ZipArchive {
  /// Reads a member as XML.
  /// - Returns: whether it is XML to its end, or as far as the listener wanted; nil where there is no such member.
  /// - Throws: `hostile` where it holds a document type or is nested or long beyond reason.
  mutating func readXML(
    _ name: String, limit: Int, _ listener: some XMLListener
  ) throws(PrintFileError) -> Bool? {
    let reader = XMLReader(listener)
    guard try stream(name, limit: limit, { (bytes) throws(PrintFileError) in reader.feed(bytes) }) else { return nil }
    reader.finish()
    if reader.outcome == .hostile {
      throw .hostile("Its member \(name) holds a document type, or is nested or long beyond reason.")
    }
    return reader.outcome == .enough
  }
}
