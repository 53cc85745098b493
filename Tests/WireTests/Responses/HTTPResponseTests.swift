import Testing
import Wire

@Suite("HTTP responses of cameras") struct HTTPResponseTests {
  /// Everything that comes of the bytes, with the pieces of the body joined.
  static func read(_ text: String, pieces: Int, ends: Bool = false) throws -> (
    status: [Int], body: String, isWhole: Bool
  ) {
    var reader = HTTPResponseReader()
    var result = (status: [Int](), body: "", isWhole: false)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      for event in try reader.feed(rest.prefix(pieces)) {
        switch event {
        case .head(let head): result.status.append(head.status)
        case .body(let bytes): result.body += String(decoding: bytes, as: UTF8.self)
        case .end: result.isWhole = true
        }
      }
      rest = rest.dropFirst(pieces)
    }
    if ends { result.isWhole = try reader.finish() }
    return result
  }

  @Test(
    "counted, chunked and endless bodies come out whole, whatever the pieces",
    arguments: [
      ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello", "Hello", false),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nHe\r\n3\r\nllo\r\n0\r\nt: v\r\n\r\n", "Hello",
        false
      ),
      ("HTTP/1.0 200 OK\nServer: cam\n\nHello", "Hello", true),
      ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 5\r\n\r\nHello", "Hello", false),
      ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", false), ("HTTP/1.1 204 No Content\r\n\r\n", "", false),
    ])
  func bodies(text: String, body: String, ends: Bool) throws {
    for pieces in [1, 2, 3, 7, 1000] {
      let found = try Self.read(text, pieces: pieces, ends: ends)
      #expect(found.body == body && found.isWhole && found.status.count == 1)
    }
  }

  @Test(
    "what smells of smuggling or of nonsense is refused",
    arguments: [
      "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "ICY 200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n",
    ])
  func refused(text: String) {
    for pieces in [1, 4, 1000] { #expect(throws: ResponseError.self) { try Self.read(text, pieces: pieces) } }
  }

  @Test("a body that is cut is not whole")
  func cut() {
    #expect(throws: ResponseError.cut) {
      try Self.read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHello", pieces: 100, ends: true)
    }
  }
}

@Suite("MJPEG streams") struct MotionJPEGTests {
  static func jpeg(_ count: Int, seed: Int) -> [UInt8] {
    [0xFF, 0xD8] + (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ seed) } + [0xFF, 0xD9]
  }

  static let pictures: [[UInt8]] = [jpeg(3, seed: 1), jpeg(500, seed: 13), jpeg(90, seed: 45)]

  /// How servers write a part: with and without a length, with all line ends, with hyphens doubled.
  static let manners: [(name: String, boundary: String, before: String, field: String, after: String)] = [
    ("mpjpeg", "ffmpeg", "--ffmpeg\r\n", "Content-type: image/jpeg\r\nContent-length: %\r\n\r\n", "\r\n"),
    ("no length", "myboundary", "--myboundary\r\n", "Content-Type: image/jpeg\r\n\r\n", "\r\n"),
    ("bare line feeds", "b", "--b\n", "Content-Type: image/jpeg\n\n", "\n"),
    ("hyphens in the name", "--gap", "--gap\r\n", "Content-Type: image/jpeg\r\nContent-Length: %\r\n\r\n", ""),
    ("no line end before the boundary", "x", "--x\r\n", "Content-Type: image/jpeg\r\n\r\n", ""),
    ("no fields", "x", "--x\r\n", "\r\n", "\r\n"),
    ("boundary twice", "x", "--x\r\n--x\r\n", "Content-Length: %\r\n\r\n", "\r\n\r\n"),
  ]

  @Test("every manner of writing gives the same pictures, in any pieces", arguments: manners.map(\.name))
  func everyManner(name: String) throws {
    let manner = try #require(Self.manners.first { $0.name == name })
    var bytes: [UInt8] = []
    for picture in Self.pictures {
      let parts = manner.field.split(separator: "%", omittingEmptySubsequences: false)
      bytes += Array((manner.before + parts.joined(separator: "\(picture.count)")).utf8)
      bytes += picture + Array(manner.after.utf8)
    }
    bytes += Array(manner.before.utf8)
    for pieces in [1, 2, 3, 7, 100, 10_000] {
      var reader = try #require(
        MotionJPEGReader(contentType: "multipart/x-mixed-replace; boundary=\"\(manner.boundary)\""))
      var found: [[UInt8]] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        found += try reader.feed(rest.prefix(pieces))
        rest = rest.dropFirst(pieces)
      }
      #expect(found == Self.pictures)
    }
  }

  @Test("a part that is no JPEG is stepped over")
  func others() throws {
    var reader = MotionJPEGReader(boundary: "x")
    let text = Array("--x\r\n\r\nhello\r\n--x\r\nContent-Length: 0\r\n\r\n--x\r\nContent-Length: 2\r\n\r\nab".utf8)
    let bytes = text + Array("\r\n--x\r\n\r\n".utf8) + Self.pictures[0] + Array("\r\n--x".utf8)
    #expect(try reader.feed(bytes[...]) == [Self.pictures[0]])
  }

  @Test("a stream without boundary, a part without end and a length out of reason are refused")
  func limits() {
    func feed(_ text: String, _ filler: Int) throws {
      var reader = MotionJPEGReader(boundary: "x")
      _ = try reader.feed(Array(text.utf8)[...])
      let noise = [UInt8](repeating: 0x41, count: 64 << 10)
      for _ in 0..<filler { _ = try reader.feed(noise[...]) }
    }
    #expect(throws: ResponseError.self) { try feed("", 2) }
    #expect(throws: ResponseError.self) { try feed("--x\r\n\r\n", 200) }
    #expect(throws: ResponseError.self) { try feed("--x\r\nContent-Length: 10000001\r\n\r\n", 0) }
    #expect(throws: ResponseError.self) { try feed("--x\r\nContent-Length: -1\r\n\r\n", 0) }
    #expect(throws: ResponseError.self) { try feed("--x\r\n" + String(repeating: "a: b\r\n", count: 3000), 0) }
  }
}
