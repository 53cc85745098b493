import Glibc
import Logging
import Model
import Service
import Synchronization

/// One line an event on standard error: with a priority for the journal, with the time elsewhere.
///
/// From one source no more than a bounded number of lines a minute; what is left out is counted and told.
struct LineLog: LogHandler {
  /// The sink's: what is changed while the service runs holds for all at once.
  var logLevel: Logger.Level {
    get { sink.level }
    set { sink.level = newValue }
  }
  var metadata: Logger.Metadata = [:]
  private let label: String
  private let sink: LogSink

  init(label: String, sink: LogSink) {
    self.label = label
    self.sink = sink
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    var text = "\(event.message)"
    for (key, value) in all.sorted(by: { $0.key < $1.key }) { text += " \(key)=\(Self.shown("\(value)"))" }
    let source = all["printer"].map { "\(label) \($0)" } ?? label
    sink.write(text, from: label, level: event.level, source: source)
  }

  /// On one line, and in quotes where spaces would confuse.
  private static func shown(_ value: String) -> String {
    let plain = value.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
    let text = String(plain.prefix(400))
    return text.contains(" ") ? "\"\(text)\"" : text
  }
}

/// Where the lines go, and how many.
final class LogSink: Sendable {
  /// Lines a minute from one source; errors count like all else.
  private static let bound = 120
  /// Sources that are counted apart; more share one count.
  private static let sources = 256
  private static let levels = Logger.Level.allCases

  private struct Count {
    var minute: Int64
    var lines: Int
  }

  private let counts = Mutex<[String: Count]>([:])
  let isJournal: Bool
  /// The last of them, for those who ask over the API.
  let ring = LogRing()
  private let threshold = Atomic(Logger.Level.info.place)
  private let clock: any WallClock

  init(isJournal: Bool, clock: any WallClock) {
    self.isJournal = isJournal
    self.clock = clock
  }

  /// Lines below this are not written.
  var level: Logger.Level {
    get { Self.levels[threshold.load(ordering: .relaxed)] }
    set { threshold.store(newValue.place, ordering: .relaxed) }
  }

  /// - Parameter source: what its lines are counted for; `label` is the part that says it.
  func write(_ text: String, from label: String, level: Logger.Level, source: String) {
    let now = clock.now
    let minute = now.milliseconds / 60_000
    let (isShown, leftOut) = counts.withLock { counts -> (Bool, Int) in
      let name = counts[source] == nil && counts.count >= Self.sources ? "" : source
      var count = counts[name] ?? Count(minute: minute, lines: 0)
      var leftOut = 0
      if count.minute != minute {
        leftOut = max(0, count.lines - Self.bound)
        count = Count(minute: minute, lines: 0)
      }
      count.lines += 1
      counts[name] = count
      return (count.lines <= Self.bound, leftOut)
    }
    if leftOut > 0 { put("\(leftOut) lines were left out", from: source, level: .warning, now: now) }
    if isShown { put(text, from: label, level: level, now: now) }
  }

  private func put(_ words: String, from label: String, level: Logger.Level, now: Timestamp) {
    ring.add(words, level: level, source: label, at: now)
    let line = "\(label): \(words)"
    let text = isJournal ? "<\(level.journalPriority)>\(line)\n" : "\(now) \(level.rawValue) \(line)\n"
    // One write a line, so that lines of several threads do not mix.
    var bytes = Array(text.utf8)
    _ = Glibc.write(STDERR_FILENO, &bytes, bytes.count)
  }
}

extension Logger.Level {
  fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// syslog(3)'s number.
  fileprivate var journalPriority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
