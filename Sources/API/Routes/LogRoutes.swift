import HTTPServer
import Logging
import Model
import Rules
package import Service
import Wire

/// `/system/logs` and `/system/support-bundle` (contract, section 5, "Updates, system").
package struct LogRoutes: Sendable {
  private let ring: LogRing
  private let bundle: SupportBundle
  private let clock: any WallClock

  package init(ring: LogRing, bundle: SupportBundle, clock: any WallClock) {
    self.ring = ring
    self.bundle = bundle
    self.clock = clock
  }

  private static let level = Parameter<Logger.Level>(
    name: "level", place: .query, schema: .choice(Logger.Level.allCases.map(\.rawValue)),
    note: "Only lines of this level and above.", example: "warning"
  ) { (text) throws(Fault) in
    guard let level = Logger.Level(rawValue: text) else {
      let words = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fault(InvalidValue("level", "must be one of \(words)"))
    }
    return level
  }

  private static let filter = Parameter<String>(
    name: "filter", place: .query, schema: .string(length: 1...100, format: nil),
    note: "Only lines that hold this, in capitals or not.", example: "printers"
  ) { (text) throws(Fault) in
    guard (1...100).contains(text.unicodeScalars.count) else {
      throw Fault(InvalidValue("filter", "must be 1 to 100 characters"))
    }
    return text
  }

  package var operations: [Operation] {
    [
      Operation(
        .get, "/system/logs", id: "list_log_lines", topic: .system, summary: "See the last lines of the log",
        details: """
          The newest first; 50 where nothing else is asked for. The service keeps the last \(LogRing.mostLines) in memory, \
          or fewer long ones, of those that the setting `log.level` lets through; all are on its standard error.
          """, access: .permission(.admin), rate: .read,
        parameters: [Self.level.declared, Self.filter.declared] + Page.parameters,
        answer: .list(of: LogLineView.self)
      ) { call in
        let page = try call.page(defaultLimit: 50)
        let lines = ring.lines(
          atLeast: try call.query(Self.level) ?? .trace, holding: try call.query(Self.filter))
        return .list(
          lines.dropFirst(page.offset).prefix(page.limit).map { LogLineView(line: $0) }, page: page, total: lines.count)
      },
      Operation(
        .get, "/system/support-bundle", id: "get_support_bundle", topic: .system,
        summary: "Download what somebody needs who is to help",
        details: """
          A packed tar archive: versions, settings, how the printers stand, what the doctor found, the last lines of the \
          log. Secrets are not in it; serial numbers and addresses are masked.
          """, access: .permission(.admin), rate: .read, answer: .file
      ) { _ in
        let bytes = try await bundle.packed()
        let day = String(clock.now.description.prefix(10))
        return .file(
          FileAnswer(
            BytesFile(bytes), name: "layerberry-support-\(day).tar.gz",
            tag: bytes.withUnsafeBytes { ContentTag($0).text }))
      },
    ]
  }
}

/// A line of the log.
package struct LogLineView: WireObject {
  let line: LogRing.Line

  package static let name = "LogLine"
  package static let fields: [ObjectField<LogLineView>] = [
    ObjectField("time", "When it was written.") { $0.line.time },
    ObjectField(
      "level", "How grave it is.", schema: .choice(Logger.Level.allCases.map(\.rawValue)), example: "notice"
    ) { $0.line.level.rawValue },
    ObjectField("source", "The part of the service that says it.", example: "layerberry") { $0.line.source },
    ObjectField("message", "What it says.", example: "listening address=0.0.0.0 port=8000") { $0.line.message },
  ]
}

/// A small file that is in memory.
struct BytesFile: ReadableFile {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var size: Int64 { Int64(bytes.count) }

  func read(at offset: Int64, count: Int) -> [UInt8] {
    Array(bytes.dropFirst(Int(clamping: offset)).prefix(count))
  }
}
