import Wire

/// The headers of answers, described once.
enum Header: String, CaseIterable {
  case etag = "ETag"
  case location = "Location"
  case retryAfter = "Retry-After"
  case authenticate = "WWW-Authenticate"
  case totalCount = "X-Total-Count"
  case link = "Link"
  case limit = "X-RateLimit-Limit"
  case remaining = "X-RateLimit-Remaining"
  case reset = "X-RateLimit-Reset"
  case contentDisposition = "Content-Disposition"
  case contentRange = "Content-Range"
  case acceptRanges = "Accept-Ranges"

  static let ofRateLimit: [Header] = [.limit, .remaining, .reset]

  var name: String { rawValue }

  var reference: JSONValue { ["$ref": .string("#/components/headers/\(rawValue)")] }

  var json: JSONValue {
    switch self {
    case .etag: Self.text("What this answer is known by, for `If-None-Match`.", "W/\"9f86d081884c7d65\"")
    case .location: Self.text("Where it is.", "/api/v1/printers/1")
    case .retryAfter: Self.number("Seconds after which trying again makes sense.", 12)
    case .authenticate: Self.text("`Bearer`.", "Bearer")
    case .totalCount: Self.number("The elements of the whole list; in bare form.", 1)
    case .link:
      Self.text(
        "The pages around this one (RFC 8288); in bare form, where there are others.",
        "</api/v1/printers?limit=50&offset=50>; rel=\"next\"")
    case .limit: Self.number("Requests a minute; not there where there is no limit.", 100)
    case .remaining: Self.number("How many of them are left.", 95)
    case .reset: Self.number("The end of the minute, in Unix seconds.", 1_705_331_400)
    case .contentDisposition:
      Self.text("The file's name (RFC 6266).", "attachment; filename=\"cube.3mf\"; filename*=UTF-8''cube.3mf")
    case .contentRange: Self.text("Which part this is, and of how many bytes.", "bytes 0-1023/20480")
    case .acceptRanges: Self.text("`bytes`.", "bytes")
    }
  }

  private static func text(_ note: String, _ example: String) -> JSONValue {
    ["description": .string(note), "schema": ["type": "string"], "example": .string(example)]
  }

  private static func number(_ note: String, _ example: Int64) -> JSONValue {
    ["description": .string(note), "schema": ["type": "integer", "minimum": 0], "example": .int(example)]
  }
}
