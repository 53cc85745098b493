import HTTPServer
import Model
import NIOCore
import NIOHTTP1
import Wire

/// Shows outcomes and faults in the format that was asked for. The only place that knows of formats.
package struct Presenter: Sendable {
  package init() {}

  func reply(_ outcome: Outcome, to request: HTTPRequest, in format: ReplyFormat) -> HTTPReply {
    switch outcome {
    case .value(let value, let status, let location, let headers):
      var json = JSONWriter(reserving: 1024)
      wrapped(&json, in: format) { value.write(to: &$0) }
      var reply = Self.json(json, status: status)
      if let location { reply.headers.add(name: "Location", value: location) }
      for (name, value) in headers { reply.headers.add(name: name, value: value) }
      return reply
    case .list(let elements, let page, let total, let name):
      var json = JSONWriter(reserving: 4096)
      wrapped(&json, in: format, page: (page, total)) { json in
        guard format == .bare, let name else { return elements.write(to: &json) }
        json.beginObject()
        json.key("total")
        json.write(total)
        json.key(name)
        elements.write(to: &json)
        json.endObject()
      }
      var reply = Self.json(json, status: 200)
      if format == .bare {
        reply.headers.add(name: "X-Total-Count", value: String(total))
        reply.headers.add(name: "Link", value: Self.link(request, page: page, total: total))
      }
      return reply
    case .reply(let reply): return Self.withSafetyHeaders(reply)
    case .picture(let reply): return Self.withSafetyHeaders(reply, isCameraPicture: true)
    case .file(let file):
      do throws(UnsatisfiableRange) {
        return Self.withSafetyHeaders(try file.reply(to: request))
      } catch {
        var reply = reply(error.fault, in: format)
        reply.headers.add(name: "Content-Range", value: error.contentRange)
        return reply
      }
    case .packed(let document): return Self.withSafetyHeaders(document.reply(to: request))
    }
  }

  func reply(_ fault: Fault, in format: ReplyFormat) -> HTTPReply {
    var json = JSONWriter()
    json.beginObject()
    switch format {
    case .bare:
      json.key("detail")
      json.write(fault.message)
      json.key("code")
      json.write(fault.code.rawValue)
      Self.writeHint(of: fault, to: &json)
      Self.writeCloud(of: fault, to: &json)
      if !fault.fields.isEmpty { Self.write(fault.fields, to: &json) }
    case .envelope:
      json.key("success")
      json.write(false)
      json.key("error")
      json.beginObject()
      json.key("code")
      json.write(fault.code.rawValue)
      json.key("message")
      json.write(fault.message)
      Self.writeHint(of: fault, to: &json)
      Self.writeCloud(of: fault, to: &json)
      json.endObject()
    }
    json.endObject()
    var reply = Self.json(json, status: fault.status)
    if let seconds = fault.retryAfter { reply.headers.add(name: "Retry-After", value: String(seconds)) }
    if !fault.allow.isEmpty { reply.headers.add(name: "Allow", value: fault.allow.joined(separator: ", ")) }
    if fault.status == 401 { reply.headers.add(name: "WWW-Authenticate", value: "Bearer") }
    return reply
  }

  private static func writeHint(of fault: Fault, to json: inout JSONWriter) {
    guard let hint = fault.controlHint else { return }
    json.key("control_hint")
    json.write(hint)
  }

  private static func writeCloud(of fault: Fault, to json: inout JSONWriter) {
    guard let cloud = fault.cloud else { return }
    json.key("cloud")
    CloudProblemView(problem: cloud).write(to: &json)
  }

  private static func write(_ fields: [InvalidValue], to json: inout JSONWriter) {
    json.key("errors")
    json.beginArray()
    for field in fields {
      json.beginObject()
      json.key("field")
      json.write(field.field)
      json.key("message")
      json.write(field.expectation)
      json.endObject()
    }
    json.endArray()
  }

  private func wrapped(
    _ json: inout JSONWriter, in format: ReplyFormat, page: (page: Page, total: Int)? = nil,
    _ write: (inout JSONWriter) -> Void
  ) {
    guard format == .envelope else { return write(&json) }
    json.beginObject()
    json.key("success")
    json.write(true)
    json.key("data")
    write(&json)
    if let (page, total) = page {
      json.key("pagination")
      json.beginObject()
      json.key("total")
      json.write(total)
      json.key("page")
      json.write(page.number)
      json.key("per_page")
      json.write(page.limit)
      json.endObject()
    }
    json.endObject()
  }

  /// The pages around this one (RFC 8288): the first and the last always, and where it has neighbours these as well.
  private static func link(_ request: HTTPRequest, page: Page, total: Int) -> String {
    let path = request.target.rawPath
    // Filters and the format hold for the other pages as well.
    let others = (request.target.rawQuery ?? "").split(separator: "&").filter { part in
      !["limit", "offset", "page", "per_page"].contains(part.prefix { $0 != "=" })
    }
    let start = others.map { "\($0)&" }.joined()
    func entry(_ offset: Int, _ relation: String) -> String {
      "<\(path)?\(start)limit=\(page.limit)&offset=\(offset)>; rel=\"\(relation)\""
    }
    let last = page.last(of: total)
    var entries = [entry(0, "first")]
    if page.offset > 0 { entries.append(entry(max(0, min(page.offset - page.limit, last)), "prev")) }
    if page.offset + page.limit < total { entries.append(entry(page.offset + page.limit, "next")) }
    entries.append(entry(last, "last"))
    return entries.joined(separator: ", ")
  }

  /// An answer that no format touches, with what every answer carries.
  func reply(_ reply: HTTPReply) -> HTTPReply { Self.withSafetyHeaders(reply) }

  private static func json(_ json: JSONWriter, status: Int) -> HTTPReply {
    var headers = HTTPHeaders()
    headers.reserveCapacity(12)
    headers.add(name: "Content-Type", value: "application/json")
    headers.add(name: "Vary", value: "X-Response-Format")
    return withSafetyHeaders(HTTPReply(status: status, headers: headers, body: .bytes(ByteBuffer(bytes: json.bytes))))
  }

  /// What every answer carries (contract, section 1).
  private static func withSafetyHeaders(_ reply: HTTPReply, isCameraPicture: Bool = false) -> HTTPReply {
    var reply = reply
    reply.headers.add(name: "X-Content-Type-Options", value: "nosniff")
    reply.headers.add(name: "Referrer-Policy", value: "no-referrer")
    if !isCameraPicture { reply.headers.add(name: "Cross-Origin-Resource-Policy", value: "same-origin") }
    return reply
  }
}
