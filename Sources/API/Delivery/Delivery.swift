import HTTPServer
import NIOCore
import NIOHTTP1

/// The last step of every answer: what the client has already becomes 304, what is long is packed where that was asked
/// for. No route knows of it (contract, section 1).
enum Delivery {
  /// From so many bytes on an answer is packed; below, the frame would eat what is won.
  static let packedFrom = 1025

  static func finished(_ reply: HTTPReply, to request: HTTPRequest) -> HTTPReply {
    var reply = reply
    guard case .bytes(let body) = reply.body, isJSON(reply) else { return unlessUnchanged(reply, request) }
    if isTagged(reply, request) {
      let tag = body.withUnsafeReadableBytes { ContentTag($0).text }
      reply.headers.add(name: "ETag", value: "W/\"\(tag)\"")
      reply = unlessUnchanged(reply, request)
      guard reply.status == 200 else { return reply }
    }
    let isLong = body.readableBytes >= packedFrom
    if isLong {
      let others = reply.headers["Vary"] + ["Accept-Encoding"]
      reply.headers.replaceOrAdd(name: "Vary", value: others.joined(separator: ", "))
    }
    let fields = request.headers["Accept-Encoding"]
    guard !fields.isEmpty else { return reply }
    let codings = AcceptedCodings(fields)
    guard codings.wantsGzip, isLong || codings.refusesPlain, body.readableBytes > 0 else { return reply }
    // What refuses the plain form may get a few bytes more for it.
    let limit = codings.refusesPlain ? body.readableBytes + 64 : body.readableBytes
    guard
      let packed = body.withUnsafeReadableBytes({ Gzip.packed($0, effort: .quick, limit: limit) })
    else { return reply }
    reply.headers.add(name: "Content-Encoding", value: "gzip")
    reply.body = .bytes(ByteBuffer(bytes: packed))
    return reply
  }

  private static func isJSON(_ reply: HTTPReply) -> Bool {
    reply.headers.first(name: "Content-Type") == "application/json"
  }

  /// Whether an answer can be asked for again: not what may be seen only once.
  private static func isTagged(_ reply: HTTPReply, _ request: HTTPRequest) -> Bool {
    reply.status == 200 && (request.method == .get || request.method == .head)
      && !reply.headers.contains(name: "ETag") && !reply.headers.contains(name: "Cache-Control")
  }

  /// 304 where the client has this answer already.
  private static func unlessUnchanged(_ reply: HTTPReply, _ request: HTTPRequest) -> HTTPReply {
    guard reply.status == 200 || reply.status == 206, request.method == .get || request.method == .head else {
      return reply
    }
    let known = request.headers["If-None-Match"]
    guard !known.isEmpty, let tag = reply.headers.first(name: "ETag"), EntityTags(known).contains(tag) else {
      return reply
    }
    var headers = reply.headers
    for name in ["Content-Type", "Content-Disposition", "Content-Range", "Accept-Ranges"] { headers.remove(name: name) }
    return HTTPReply(status: 304, headers: headers)
  }
}
