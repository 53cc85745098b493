import CCurl
import Loop
import TLS

/// What libcurl's callbacks need while one request runs; lives on the request's thread.
final class FTPExchange {
  /// Bytes of replies that one request may bring: a peer that greets without end is cut off.
  static let replyLimit = 64 * 1024

  enum Direction {
    case none
    case sending(OpenSource)
    case receiving(limit: Int64, (UnsafeRawBufferPointer, Int64) -> StorageError?)
  }

  let direction: Direction
  private let timings: StorageTimings
  private let control: WorkControl?
  private let tls: BorrowedTLSContext
  private var pacing: ProgressPacing
  private let total: Int64
  private let start: Int64

  /// Bytes moved by this request.
  private(set) var moved: Int64 = 0
  /// Why a callback ended the request.
  private(set) var reason: StorageError?
  private(set) var replies = FTPReplies()
  private var lastMove: ContinuousClock.Instant
  private var movedThen: Int64 = 0

  /// - Parameters:
  ///   - control: nil for what must happen although the operation was cancelled.
  ///   - start: bytes of the whole that were there before.
  init(
    _ direction: Direction, timings: StorageTimings, control: WorkControl?, tls: BorrowedTLSContext,
    total: Int64 = 0, start: Int64 = 0, progress: TransferProgress.Handler? = nil
  ) {
    self.direction = direction
    self.timings = timings
    self.control = control
    self.tls = tls
    self.total = total
    self.start = start
    pacing = ProgressPacing(progress)
    lastMove = .now
  }

  /// Whether there is a data channel.
  var isTransfer: Bool {
    if case .none = direction { return false }
    return true
  }

  var isUpload: Bool { if case .sending = direction { true } else { false } }

  /// Whether every byte has gone out.
  var hasSentAll: Bool {
    if case .sending(let source) = direction { return moved == source.size }
    return false
  }

  // MARK: Called by libcurl

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    guard case .sending(let source) = direction else { return nil }
    switch source.read(into: buffer, at: moved) {
    case .success(let count):
      moved += Int64(count)
      return count
    case .failure(let error):
      reason = error
      return nil
    }
  }

  func seek(to offset: Int64) -> Bool {
    guard case .sending(let source) = direction, (0...source.size).contains(offset) else { return false }
    moved = offset
    return true
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard case .receiving(let limit, let sink) = direction else { return true }
    reason = Int64(bytes.count) > limit - moved ? .tooLarge : sink(bytes, start + moved)
    guard reason == nil else { return false }
    moved += Int64(bytes.count)
    return true
  }

  func header(_ line: UnsafeRawBufferPointer) -> Bool {
    guard replies.take(line, limit: Self.replyLimit) else {
      reason = .tooTalkative
      return false
    }
    return true
  }

  func install(on context: UnsafeMutableRawPointer) -> Bool { tls.install(on: context) }

  /// True ends the request. libcurl asks at least once a second, whatever it is waiting for.
  func shouldEnd() -> Bool {
    if control?.isCancelled == true {
      reason = .cancelled
      return true
    }
    let now = ContinuousClock.now
    if moved != movedThen {
      movedThen = moved
      lastMove = now
    }
    pacing.tell(TransferProgress(sent: start + moved, total: total), now: now)
    // libcurl's own limits come first; this one ends what they do not see, such as a data handshake that hangs.
    let patience = timings.connect + max(timings.silence, timings.lateReply) + .seconds(5)
    guard now - lastMove > patience else { return false }
    reason = replies.hasLoggedIn ? .stalled : .timeout
    return true
  }
}

/// The replies of the control channel, as far as they are looked at.
struct FTPReplies {
  /// Final lines only (`213 1234`), the newest last, at most eight.
  private(set) var last: [FTPReply] = []
  private(set) var hasLoggedIn = false
  private var bytes = 0

  mutating func take(_ line: UnsafeRawBufferPointer, limit: Int) -> Bool {
    bytes += line.count
    guard bytes <= limit else { return false }
    guard line.count >= 4, line[3] == 0x20, line[..<3].allSatisfy({ (0x30...0x39).contains($0) }) else { return true }
    let code = line[..<3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    if code == 230 { hasLoggedIn = true }
    if last.count == 8 { last.removeFirst() }
    last.append(FTPReply(code: code, text: Array(line.dropFirst(4).prefix(256))))
    return true
  }
}

/// One reply: its code, and what follows it.
struct FTPReply: Hashable {
  var code: Int
  var text: [UInt8]

  var isPositive: Bool { (100..<400).contains(code) }

  /// The number with which the text begins: the answer of SIZE and AVBL.
  var number: Int64? {
    let digits = text.drop { $0 == 0x20 }.prefix { (0x30...0x39).contains($0) }
    guard (1...18).contains(digits.count) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }
}
