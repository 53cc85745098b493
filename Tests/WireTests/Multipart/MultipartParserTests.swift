import Testing
import Wire

/// The form that browsers and `curl -F` send, in pieces of any size.
@Suite("Multipart forms") struct MultipartParserTests {
  static let type = "multipart/form-data; boundary=XyZ"

  /// The parts with their bytes, fed in pieces of so many bytes.
  static func read(
    _ form: [UInt8], pieces: Int = 4096, type: String = type, limits: MultipartParser.Limits = .init()
  ) throws -> [(part: MultipartPart, bytes: [UInt8])] {
    var parser = MultipartParser(boundary: try #require(MultipartBoundary(contentType: type)), limits: limits)
    var parts: [(part: MultipartPart, bytes: [UInt8])] = []
    var open = false
    var rest = form[...]
    while !rest.isEmpty {
      for event in try parser.feed(rest.prefix(pieces)) {
        switch event {
        case .part(let part):
          #expect(!open)
          open = true
          parts.append((part, []))
        case .bytes(let bytes):
          #expect(open && !bytes.isEmpty)
          parts[parts.count - 1].bytes += bytes
        case .partEnd:
          #expect(open)
          open = false
        }
      }
      rest = rest.dropFirst(pieces)
    }
    try parser.finish()
    #expect(!open)
    return parts
  }

  static func form(_ parts: [(name: String, file: String?, bytes: [UInt8])], boundary: String = "XyZ") -> [UInt8] {
    var form: [UInt8] = []
    for part in parts {
      let file = part.file.map { "; filename=\"\($0)\"\r\nContent-Type: application/octet-stream" } ?? ""
      form += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\"\(file)\r\n\r\n".utf8)
      form += part.bytes + Array("\r\n".utf8)
    }
    return form + Array("--\(boundary)--\r\n".utf8)
  }

  @Test(
    "a file comes out as it went in, whatever the pieces and whatever it holds",
    arguments: [1, 2, 3, 5, 7, 64, 4096])
  func roundTrip(pieces: Int) throws {
    var state: UInt64 = UInt64(pieces)
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    // Pieces of the delimiter itself are the hardest content.
    let crumbs = ["\r", "\n", "\r\n", "\r\n-", "\r\n--", "\r\n--X", "\r\n--Xy", "--XyZ", "XyZ--", "a", "\r\r\n--Xy"]
    for _ in 0..<200 {
      var parts: [(name: String, file: String?, bytes: [UInt8])] = []
      for number in 0..<(1 + random(3)) {
        var text = ""
        for _ in 0..<random(12) { text += crumbs[random(crumbs.count)] }
        // Only a whole delimiter may not stand in a part.
        guard !contains(Array(text.utf8)) else { continue }
        parts.append(("part\(number)", number == 0 ? "Büchse \(number).3mf" : nil, Array(text.utf8)))
      }
      let found = try Self.read(Self.form(parts), pieces: pieces)
      #expect(found.map(\.part.name) == parts.map(\.name))
      #expect(found.map(\.part.fileName) == parts.map(\.file))
      #expect(found.map(\.bytes) == parts.map(\.bytes))
    }
  }

  private func contains(_ bytes: [UInt8]) -> Bool {
    let delimiter = Array("\r\n--XyZ".utf8)
    let all = Array("\r\n".utf8) + bytes
    return all.indices.contains { all[$0...].starts(with: delimiter) }
  }

  @Test("a preamble and what follows the end mean nothing; a name without folders remains")
  func edges() throws {
    let form = Array("before\r\n".utf8) + Self.form([("file", #"C:\prints\Box.3mf"#, [1, 2])]) + Array("after".utf8)
    let found = try Self.read(form)
    #expect(found.count == 1 && found[0].part.fileName == "Box.3mf" && found[0].bytes == [1, 2])
    #expect(try Self.read(Self.form([("file", "x", [])])).first?.bytes == [])
    #expect(try Self.read(Array("--XyZ--".utf8)).isEmpty)
  }

  @Test(
    "what does not hold to the form is refused",
    arguments: [
      ("no boundary at all", MultipartError.cut),
      ("--XyZ\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XyZ--", .malformed),
      ("--XyZ\r\n\r\nx\r\n--XyZ--", .malformed), ("--XyZzz\r\n\r\n", .malformed),
      ("--XyZ\r\nContent-Disposition: attachment; name=\"file\"\r\n\r\n", .malformed),
      ("--XyZ\r\nno colon\r\n\r\n", .malformed),
      ("--XyZ\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhalf", .cut),
    ])
  func malformed(text: String, expected: MultipartError) {
    #expect(throws: expected) { _ = try Self.read(Array(text.utf8)) }
  }

  @Test("header, parts and preamble are bounded")
  func bounds() throws {
    var limits = MultipartParser.Limits()
    (limits.header, limits.parts, limits.preamble) = (128, 2, 64)
    let long = String(repeating: "x", count: 200)
    #expect(throws: MultipartError.headerTooLarge(limit: 128)) {
      _ = try Self.read(Self.form([("file", long, [])]), limits: limits)
    }
    #expect(throws: MultipartError.tooManyParts(limit: 2)) {
      _ = try Self.read(Self.form([("a", nil, []), ("b", nil, []), ("c", nil, [])]), limits: limits)
    }
    #expect(throws: MultipartError.noBoundary) { _ = try Self.read(Array(long.utf8), limits: limits) }
  }

  @Test(
    "a boundary is taken quoted or bare, and 1 to 70 bytes long",
    arguments: [
      ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b\"", "a b"),
      ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil), ("application/json; boundary=x", nil),
      ("multipart/form-data; boundary=" + String(repeating: "x", count: 71), nil),
    ])
  func boundaries(type: String, expected: String?) {
    #expect(MultipartBoundary(contentType: type)?.bytes == expected.map { Array($0.utf8) })
  }

  @Test("whatever comes, the parser ends with parts or an error, and holds little", arguments: 0..<20)
  func hostile(seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let valid = Self.form([("file", "Box.3mf", Array(repeating: 7, count: 300)), ("note", nil, [1, 2, 3])])
    for _ in 0..<200 {
      var bytes = valid
      for _ in 0...random(6) where !bytes.isEmpty {
        let at = random(bytes.count)
        switch random(3) {
        case 0: bytes[at] = UInt8(random(256))
        case 1: bytes.remove(at: at)
        default: bytes.removeSubrange(at..<min(bytes.count, at + random(40)))
        }
      }
      let total = (try? Self.read(bytes, pieces: 1 + random(50)))?.reduce(0) { $0 + $1.bytes.count } ?? 0
      #expect(total <= bytes.count)
    }
  }
}
