import HTTPServer
import Logging
import Model

/// One line for each request: what changes something or is refused at `info`, plain reading at `debug`.
///
/// Never a key, a session or the number of a pairing; the sink bounds the lines a minute.
struct AccessLog: Sendable {
  private static let secretNames: Set<String> = ["api_key", "key", "password", "token", "secret", "access_code"]

  private let logger: Logger

  init(logger: Logger) { self.logger = logger }

  func note(_ passage: Passage, status: Int, id: String, took: Duration) {
    let isPlainReading = passage.isSafe && status < 400
    let level: Logger.Level = isPlainReading ? .debug : .info
    guard logger.logLevel <= level else { return }
    let milliseconds = took.components.seconds * 1000 + took.components.attoseconds / 1_000_000_000_000_000
    logger.log(
      level: level, "\(passage.request.methodName) \(Self.shown(passage.request.target)) \(status)",
      metadata: [
        "client": "\(passage.visit.remote)", "by": "\(passage.caller?.label ?? "nobody")", "ms": "\(milliseconds)",
        "request": "\(id)",
      ])
  }

  /// The target without what nobody else may read.
  static func shown(_ target: RequestTarget) -> String {
    let segments = target.segments
    if segments.count > 3, segments[0] == "api", segments[1] == "v1", segments[2] == "pairing" {
      return "/api/v1/pairing/•••"
    }
    let path = String(target.rawPath.prefix(200))
    guard !target.query.isEmpty else { return path }
    let items = target.query.prefix(16).map { item in
      let value = secretNames.contains(item.name.lowercased()) ? "•••" : item.value
      return "\(item.name)=\(value)"
    }
    let shown = items.joined(separator: "&").unicodeScalars.prefix(200).map { scalar in
      (0x21...0x7E).contains(scalar.value) || scalar == "•" ? Character(scalar) : "?"
    }
    return "\(path)?\(String(shown))"
  }
}
