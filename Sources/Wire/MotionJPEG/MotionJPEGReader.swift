/// Cuts a `multipart/x-mixed-replace` body into JPEGs: what cameras and ffmpeg's mpjpeg muxer send.
///
/// With Content-Length a part is taken by its length, else to the next boundary. Cameras differ in whether the header's
/// boundary has its hyphens, in the line ends, and in what stands between parts; all of that is read. A part that is
/// no JPEG is stepped over.
package struct MotionJPEGReader: Sendable {
  /// Bytes of one picture (protocol sheet, section 5.1).
  package static let pictureLimit = 10_000_000
  /// Bytes of one part's fields.
  static let fieldsLimit = 8 * 1024
  /// Bytes between a part and the next boundary.
  static let gapLimit = 64 * 1024

  private enum State: Sendable {
    case gap
    case fields
    case counted(left: Int)
    case uncounted
  }

  /// Two hyphens and the boundary.
  private let delimiter: [UInt8]
  private var state = State.gap
  private var line: [UInt8] = []
  private var lines: [[UInt8]] = []
  private var fieldBytes = 0
  private var gap = 0
  private var picture: [UInt8] = []

  /// - Parameter boundary: as the header names it, with or without hyphens of its own.
  package init(boundary: String) {
    var name = Array(boundary.utf8)
    if name.starts(with: [0x2D, 0x2D]) { name.removeFirst(2) }
    delimiter = [0x2D, 0x2D] + name
  }

  /// From the value of Content-Type; nil where it is no such stream or names no boundary.
  package init?(contentType: String) {
    let parts = HeaderParameters(contentType)
    guard parts.value.lowercased() == "multipart/x-mixed-replace", let boundary = parts.first(named: "boundary"),
      (1...200).contains(boundary.utf8.count)
    else { return nil }
    self.init(boundary: boundary)
  }

  /// The JPEGs that these bytes complete. After an error nothing more may be fed.
  package mutating func feed(_ bytes: ArraySlice<UInt8>) throws(ResponseError) -> [[UInt8]] {
    var input = bytes
    var pictures: [[UInt8]] = []
    while !input.isEmpty {
      switch state {
      case .gap, .fields: try takeLine(&input, &pictures)
      case .counted(let left): takeCounted(left, &input, &pictures)
      case .uncounted: try takeUncounted(&input, &pictures)
      }
    }
    return pictures
  }

  private mutating func takeLine(_ input: inout ArraySlice<UInt8>, _ pictures: inout [[UInt8]]) throws(ResponseError) {
    let end = input.firstIndex(of: 0x0A)
    line.append(contentsOf: input[..<(end ?? input.endIndex)])
    input = input[(end.map { $0 + 1 } ?? input.endIndex)...]
    guard line.count <= Self.fieldsLimit else { throw .headTooLarge }
    guard end != nil else { return }
    if line.last == 0x0D { line.removeLast() }
    let whole = line
    line = []
    if case .gap = state {
      gap += whole.count + 1
      guard gap <= Self.gapLimit else { throw .malformed }
      guard whole.starts(with: delimiter) else { return }
      state = .fields
      lines = []
      fieldBytes = 0
    } else if !whole.isEmpty {
      // Some send the boundary twice.
      guard !whole.starts(with: delimiter) else { return }
      fieldBytes += whole.count
      guard fieldBytes <= Self.fieldsLimit else { throw .headTooLarge }
      lines.append(whole)
    } else {
      try beginPart()
    }
  }

  private mutating func beginPart() throws(ResponseError) {
    let fields = try ResponseHead.fields(lines)
    lines = []
    picture = []
    gap = 0
    guard let length = fields.first(where: { $0.name == "content-length" }).flatMap({ Int($0.value) }) else {
      state = .uncounted
      return
    }
    guard length >= 0 else { throw .malformed }
    guard length <= Self.pictureLimit else { throw .bodyTooLarge }
    state = length > 0 ? .counted(left: length) : .gap
    picture.reserveCapacity(length)
  }

  private mutating func takeCounted(_ left: Int, _ input: inout ArraySlice<UInt8>, _ pictures: inout [[UInt8]]) {
    let part = input.prefix(left)
    picture.append(contentsOf: part)
    input = input[part.endIndex...]
    guard part.count == left else {
      state = .counted(left: left - part.count)
      return
    }
    state = .gap
    finishPicture(&pictures)
  }

  private mutating func takeUncounted(
    _ input: inout ArraySlice<UInt8>, _ pictures: inout [[UInt8]]
  ) throws(ResponseError) {
    // The boundary may have begun in bytes that came before.
    let from = max(0, picture.count - delimiter.count)
    picture.append(contentsOf: input)
    input = input[input.endIndex...]
    guard let start = Self.search(delimiter, in: picture, from: from) else {
      guard picture.count <= Self.pictureLimit else { throw .bodyTooLarge }
      return
    }
    let rest = Array(picture[start...])
    picture.removeSubrange(start...)
    guard picture.count <= Self.pictureLimit else { throw .bodyTooLarge }
    state = .gap
    finishPicture(&pictures)
    for picture in try feed(rest[...]) { pictures.append(picture) }
  }

  private mutating func finishPicture(_ pictures: inout [[UInt8]]) {
    // Some count the line end in, or pad.
    while let last = picture.last, last == 0x0A || last == 0x0D || last == 0 { picture.removeLast() }
    if picture.count > 4, picture.starts(with: [0xFF, 0xD8]), picture.suffix(2) == [0xFF, 0xD9] {
      pictures.append(picture)
    }
    picture = []
  }

  private static func search(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      guard bytes.count >= pattern.count else { return nil }
      var at = start
      let end = bytes.count - pattern.count
      while at <= end, let found = bytes[at...end].firstIndex(of: pattern[0]) {
        if bytes[found...].starts(with: pattern) { return found }
        at = found + 1
      }
      return nil
    }
  }
}
