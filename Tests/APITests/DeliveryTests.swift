import HTTPServer
import NIOCore
import NIOHTTP1
import Testing

@testable import API

/// The last step of every answer (contract, section 1).
@Suite struct DeliveryTests {
  @Test(
    arguments: [
      ([], false, false), (["gzip"], true, false), (["GZIP"], true, false), (["x-gzip"], true, false),
      (["deflate, gzip;q=1.0, *;q=0.5"], true, false), (["deflate", "gzip"], true, false), (["*"], true, false),
      (["identity"], false, false), (["br"], false, false), (["gzip;q=0"], false, false),
      (["gzip; q=0.000"], false, false),
      (["*;q=0"], false, true), (["gzip;q=0.5, identity"], false, false), (["gzip;q=0.5, identity;q=0.5"], true, false),
      (["identity;q=0, gzip;q=0.1"], true, true), (["identity;q=0"], false, true), (["gzip;q=0, *"], false, false),
      (["*;q=0, gzip"], true, true), (["gzip;q=2"], true, false), ([";q=1, ,gzip"], true, false), ([""], false, false),
    ] as [([String], Bool, Bool)])
  func theWeightsOfCodingsDecide(fields: [String], wantsGzip: Bool, refusesPlain: Bool) {
    let codings = AcceptedCodings(fields)
    #expect(codings.wantsGzip == wantsGzip)
    #expect(codings.refusesPlain == refusesPlain)
  }

  @Test func tagsAreComparedWeaklyInListsAndByAsterisk() {
    let tag = "W/\"abc\""
    for fields in [["*"], ["\"abc\""], ["W/\"abc\""], ["\"x\", W/\"abc\""], ["\"x\"", "\"abc\""], ["\"a,b\",\"abc\""]] {
      #expect(EntityTags(fields).contains(tag), "\(fields)")
      #expect(EntityTags(fields).contains("\"abc\""), "\(fields)")
    }
    for fields in [[], [""], ["abc"], ["\"abd\""], ["W/abc"], ["\""], ["\"abc"], ["\"x\" abc \"y\""]] {
      #expect(!EntityTags(fields).contains(tag), "\(fields)")
    }
  }

  private static func request(_ headers: [(String, String)] = [], method: RequestMethod = .get) throws -> HTTPRequest {
    HTTPRequest(
      method: method, target: try RequestTarget(parsing: "/x"), headers: HTTPHeaders(headers),
      remoteAddress: RemoteAddress(text: "127.0.0.1", network: "127.0.0.1"))
  }

  private static func reply(_ text: String, headers: [(String, String)] = [], status: Int = 200) -> HTTPReply {
    HTTPReply(
      status: status,
      headers: HTTPHeaders([("Content-Type", "application/json"), ("Vary", "X-Response-Format")] + headers),
      body: .bytes(ByteBuffer(string: text)))
  }

  private static func bytes(_ reply: HTTPReply) -> [UInt8] {
    if case .bytes(let buffer) = reply.body { Array(buffer.readableBytesView) } else { [] }
  }

  private static let long = String(repeating: "{\"name\":\"value\"},", count: 200)

  @Test func longJSONIsPackedWhereAskedForAndUnpacksToTheSame() throws {
    let plain = Delivery.finished(Self.reply(Self.long), to: try Self.request())
    #expect(Self.bytes(plain) == Array(Self.long.utf8))
    #expect(plain.headers["Vary"] == ["X-Response-Format, Accept-Encoding"])
    let packed = Delivery.finished(Self.reply(Self.long), to: try Self.request([("Accept-Encoding", "gzip")]))
    #expect(packed.headers["Content-Encoding"] == ["gzip"])
    let bytes = Self.bytes(packed)
    #expect(bytes.count < Self.long.utf8.count / 10)
    let unpacker = try #require(Unpacker(bytes.withUnsafeBytes { FixedBytes(copying: $0) }))
    var whole: [UInt8] = []
    while let piece = unpacker.next(100), !piece.isEmpty { whole += piece }
    #expect(whole == Array(Self.long.utf8))
  }

  @Test func shortJSONIsNotPackedUnlessThePlainFormIsRefused() throws {
    let short = String(repeating: "x", count: 1024)
    let asked = Delivery.finished(Self.reply(short), to: try Self.request([("Accept-Encoding", "gzip")]))
    #expect(!asked.headers.contains(name: "Content-Encoding") && asked.headers["Vary"] == ["X-Response-Format"])
    let over = Delivery.finished(Self.reply(short + "x"), to: try Self.request([("Accept-Encoding", "gzip")]))
    #expect(over.headers["Content-Encoding"] == ["gzip"])
    let refused = Delivery.finished(
      Self.reply("{}"), to: try Self.request([("Accept-Encoding", "gzip, identity;q=0")]))
    #expect(refused.headers["Content-Encoding"] == ["gzip"])
  }

  @Test func whatDoesNotShrinkGoesOutPlain() throws {
    var generator = SystemRandomNumberGenerator()
    let noise = (0..<4000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    var reply = Self.reply("")
    reply.body = .bytes(ByteBuffer(bytes: noise))
    let answer = Delivery.finished(reply, to: try Self.request([("Accept-Encoding", "gzip")]))
    #expect(!answer.headers.contains(name: "Content-Encoding") && Self.bytes(answer) == noise)
  }

  @Test func whatTheClientHasIsNotSentAgain() throws {
    let first = Delivery.finished(Self.reply(Self.long), to: try Self.request())
    let tag = try #require(first.headers.first(name: "ETag"))
    #expect(tag.hasPrefix("W/\"") && tag.hasSuffix("\""))
    for method in [RequestMethod.get, .head] {
      let again = Delivery.finished(
        Self.reply(Self.long), to: try Self.request([("If-None-Match", tag)], method: method))
      #expect(again.status == 304 && Self.bytes(again).isEmpty && again.headers["ETag"] == [tag])
      #expect(again.headers.contains(name: "Vary") && !again.headers.contains(name: "Content-Type"))
    }
    let other = Delivery.finished(Self.reply(Self.long + "x"), to: try Self.request([("If-None-Match", tag)]))
    #expect(other.status == 200 && other.headers["ETag"] != [tag])
    let post = Delivery.finished(Self.reply(Self.long), to: try Self.request([("If-None-Match", tag)], method: .post))
    #expect(post.status == 200 && !post.headers.contains(name: "ETag"))
    let missing = Delivery.finished(Self.reply("{}", status: 404), to: try Self.request([("If-None-Match", "*")]))
    #expect(missing.status == 404 && !missing.headers.contains(name: "ETag"))
    let once = Delivery.finished(
      Self.reply("{}", headers: [("Cache-Control", "no-store")]), to: try Self.request([("If-None-Match", "*")]))
    #expect(once.status == 200 && !once.headers.contains(name: "ETag"))
  }

  @Test func everyByteAndTheLengthChangeATag() {
    func tag(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { ContentTag($0).text } }
    var seen: Set<String> = [tag([])]
    for length in 1...40 {
      #expect(seen.insert(tag([UInt8](repeating: 0, count: length))).inserted, "\(length) zeroes")
      for place in 0..<length {
        var bytes = [UInt8](repeating: 0, count: length)
        bytes[place] = 1
        #expect(seen.insert(tag(bytes)).inserted, "\(length), \(place)")
      }
    }
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
    var pieces = ContentTag()
    bytes[..<504].withUnsafeBytes { pieces.take($0) }
    bytes[504...].withUnsafeBytes { pieces.take($0) }
    #expect(pieces.text == tag(bytes))
  }
}
