import Glibc

/// SIGTERM and SIGINT as something to wait for.
struct StopSignals: Sendable {
  /// From now on the signals only ring.
  static func install() -> StopSignals {
    _ = bell
    signal(SIGTERM, ringBell)
    signal(SIGINT, ringBell)
    return StopSignals()
  }

  /// Returns once a signal has come.
  func wait() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      Thread.start {
        var byte: UInt8 = 0
        while read(bell.reader, &byte, 1) < 0, errno == EINTR {}
        continuation.resume()
      }
    }
  }
}

private struct Bell: Sendable {
  let reader: Int32
  let writer: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reader, writer) = (ends[0], ends[1])
  }
}

private let bell = Bell()

/// A signal handler may do nothing but this.
private func ringBell(_ signal: Int32) {
  var byte: UInt8 = 1
  _ = write(bell.writer, &byte, 1)
}
