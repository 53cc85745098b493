package import Logging
package import Model
import Synchronization

/// The last lines of the log, in memory only: what a person looks at when something is wrong, and what a support bundle
/// tells. Old lines go where there are too many.
package final class LogRing: Sendable {
  package struct Line: Hashable, Sendable {
    package let time: Timestamp
    package let level: Logger.Level
    /// The part of the service that says it.
    package let source: String
    package let message: String
  }

  package static let mostLines = 400
  /// Bytes of all texts together.
  package static let mostBytes = 48 * 1024
  /// Bytes of one; the rest of a longer one is on standard error only.
  private static let longest = 600

  private struct State {
    var lines: [Line] = []
    var bytes = 0
  }

  private let state = Mutex(State())

  package init() {}

  package func add(_ message: String, level: Logger.Level, source: String, at time: Timestamp) {
    let text =
      message.utf8.count > Self.longest ? String(decoding: message.utf8.prefix(Self.longest), as: UTF8.self) : message
    let line = Line(time: time, level: level, source: source, message: text)
    state.withLock { state in
      state.lines.append(line)
      state.bytes += Self.cost(line)
      var gone = 0
      while state.lines.count - gone > Self.mostLines || state.bytes > Self.mostBytes {
        state.bytes -= Self.cost(state.lines[gone])
        gone += 1
      }
      if gone > 0 { state.lines.removeFirst(gone) }
    }
  }

  /// The newest first.
  ///
  /// - Parameters:
  ///   - least: lines below this level are left out.
  ///   - filter: what a line's source or message must hold, in upper or lower case.
  package func lines(atLeast least: Logger.Level = .trace, holding filter: String? = nil) -> [Line] {
    let all = state.withLock { $0.lines }
    let wanted = filter?.lowercased()
    return all.reversed().filter { line in
      guard line.level >= least else { return false }
      guard let wanted else { return true }
      return line.message.lowercased().contains(wanted) || line.source.lowercased().contains(wanted)
    }
  }

  private static func cost(_ line: Line) -> Int { line.message.utf8.count + line.source.utf8.count + 48 }
}
