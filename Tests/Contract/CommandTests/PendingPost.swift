import TestKit
import Wire

/// A request that has been sent and whose answer is awaited later, so that a test can act in between.
final class PendingPost {
  private let connection: Connection?
  private let failure: (any Error)?

  init(_ rig: CommandRig, _ index: Int, _ path: String, key: String, body: String) {
    do {
      let connection = try Connection(port: rig.service.port)
      let head = """
        POST /api/v1/printers/\(rig.ids[index])/\(path) HTTP/1.1\r
        Host: localhost:\(rig.service.port)\r
        Connection: close\r
        X-API-Key: \(key)\r
        Content-Type: application/json\r
        Content-Length: \(body.utf8.count)\r
        \r

        """
      try connection.write(Array((head + body).utf8))
      (self.connection, failure) = (connection, nil)
    } catch {
      (connection, failure) = (nil, error)
    }
  }

  func answer() throws -> HTTPClient.Answer {
    if let failure { throw failure }
    guard let connection else { throw TestKitError("no connection") }
    return try HTTPClient.parse(try connection.readAll())
  }
}
