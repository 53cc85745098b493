import Wire

/// What the simulated cloud answers.
struct CloudStandReply {
  var status: Int
  var headers: [(String, String)] = []
  var body: [UInt8] = []

  init(_ status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  static func json(_ value: JSONValue, status: Int = 200, headers: [(String, String)] = []) -> CloudStandReply {
    var json = JSONWriter()
    json.write(value)
    return CloudStandReply(status, headers: [("Content-Type", "application/json")] + headers, body: json.bytes)
  }

  static func page(_ status: Int, _ title: String, headers: [(String, String)] = []) -> CloudStandReply {
    CloudStandReply(
      status, headers: [("Content-Type", "text/html")] + headers,
      body: Array("<!DOCTYPE html><html><head><title>\(title)</title></head><body>\(title)</body></html>".utf8))
  }

  /// S2's numbers with the names and sentences of its tables, in its error format.
  static func code(_ code: Int) -> CloudStandReply {
    let (status, name, sentence): (Int, String, String) =
      switch code {
      case 400: (400, "BAD_REQUEST", "Bad Request")
      case 401: (401, "UNAUTHORIZED", "Unauthorized")
      case 403: (403, "FORBIDDEN", "Forbidden")
      case 404: (404, "NOT_FOUND", "Not Found")
      case 429: (429, "TOO_MANY_REQUESTS", "Too Many Requests")
      case 500: (500, "INTERNAL_SERVER_ERROR", "Internal Server Error")
      case 1001: (401, "TOKEN_INVALID", "Invalid token")
      case 1002: (401, "TOKEN_EXPIRED", "Token Expired")
      case 1003: (404, "DEVICE_NOT_FOUND", "Device Not Found")
      case 1004: (409, "DEVICE_OFFLINE", "Device Offline")
      case 1005: (500, "PRINT_JOB_FAILED", "Print Job Failed")
      case 1006: (500, "FILE_UPLOAD_FAILED", "File Upload Failed")
      default: (500, "UNKNOWN", "Unknown")
      }
    return .json(
      [
        "code": .int(Int64(code)), "message": .string(sentence), "error": .string(name),
        "details": ["reason": .string("The simulation was told to say \(code)")],
      ], status: status)
  }

  var bytes: [UInt8] {
    var head = "HTTP/1.1 \(status) Simulated\r\nContent-Length: \(body.count)\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    return Array((head + "\r\n").utf8) + body
  }
}
