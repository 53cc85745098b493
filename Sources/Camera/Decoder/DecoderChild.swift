import CShims
import Glibc
import Loop

/// One run of ffmpeg: the process and our ends of its three pipes. Confined to the camera loop.
///
/// The process dies with the loop's thread, and so with us, whatever ends us.
final class DecoderChild {
  enum Event {
    /// Valid during the call only.
    case output(ArraySlice<UInt8>)
    /// Its input has room again.
    case hasRoom
    /// It has closed its output, or its input: it will do no more.
    case ended
  }

  /// It needs nothing of ours: no access code, no password and no address is in reach of it.
  private static let environment = ["LC_ALL=C"]

  private let loop: PollLoop
  private let process: TiedProcess
  private let input: PipeEnd
  private let output: PipeEnd
  private let errors: PipeEnd
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)
  private var handler: ((Event) -> Void)?

  /// nil when there is no process or no descriptor for it, or the program cannot be started.
  init?(loop: PollLoop, arguments: [String], handler: @escaping (Event) -> Void) {
    guard let input = PipePair(), let output = PipePair(), let errors = PipePair() else { return nil }
    let theirs = (input.readEnd, output.writeEnd, errors.writeEnd)
    guard
      let process = TiedProcess(
        loop: loop, arguments: arguments, environment: Self.environment, input: theirs.0, output: theirs.1,
        errors: theirs.2)
    else { return nil }
    self.loop = loop
    self.process = process
    self.handler = handler
    self.input = PipeEnd(loop: loop, descriptor: input.takeWriteEnd(), isInput: true)
    self.output = PipeEnd(loop: loop, descriptor: output.takeReadEnd(), isInput: false)
    self.errors = PipeEnd(loop: loop, descriptor: errors.takeReadEnd(), isInput: false)
    self.input.handler = { [weak self] in self?.handler?($0 ? .hasRoom : .ended) }
    self.output.handler = { [weak self] isReadable in
      if isReadable { self?.readOutput() } else { self?.handler?(.ended) }
    }
    self.errors.handler = { [weak self] isReadable in self?.drainErrors(isReadable) }
  }

  /// Writes what fits; the number of bytes that it took.
  func write(_ bytes: ArraySlice<UInt8>) -> Int {
    guard input.descriptor >= 0 else { return 0 }
    let count = bytes.withUnsafeBytes { Glibc.write(input.descriptor, $0.baseAddress, $0.count) }
    // An end is met by the loop as well, and told there.
    return max(0, count)
  }

  var waitsForRoom: Bool {
    get { input.isWanted }
    set { input.isWanted = newValue }
  }

  /// Kills it, and tells nothing more. The loop waits for its end.
  func kill() {
    handler = nil
    for end in [input, output, errors] { end.close() }
    process.kill()
  }

  private func readOutput() {
    // One helping in a pass, so that a flood leaves room for others.
    let count = read(output.descriptor, &buffer, buffer.count)
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    guard count > 0 else {
      output.close()
      handler?(.ended)
      return
    }
    handler?(.output(buffer[..<count]))
  }

  /// What it complains about is nobody's to read, but a full pipe would stop it.
  private func drainErrors(_ isReadable: Bool) {
    guard isReadable else { return errors.close() }
    let count = read(errors.descriptor, &buffer, buffer.count)
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    if count <= 0 { errors.close() }
  }
}

/// Both ends of a pipe; those that nobody took are closed.
final class PipePair {
  private(set) var readEnd: Int32
  private(set) var writeEnd: Int32

  init?() {
    var ends: [Int32] = [-1, -1]
    guard layerberry_pipe(&ends, 1) == 0 else { return nil }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    if readEnd >= 0 { close(readEnd) }
    if writeEnd >= 0 { close(writeEnd) }
  }

  /// Ours from now on, and non-blocking; the other end, which the child has, blocks as programs expect.
  func takeReadEnd() -> Int32 {
    defer { readEnd = -1 }
    return Self.unblocked(readEnd)
  }

  func takeWriteEnd() -> Int32 {
    defer { writeEnd = -1 }
    return Self.unblocked(writeEnd)
  }

  private static func unblocked(_ descriptor: Int32) -> Int32 {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL, 0) | O_NONBLOCK)
    return descriptor
  }
}

/// Our end of a pipe, on the loop.
final class PipeEnd: LoopSource {
  private let loop: PollLoop
  private let isInput: Bool
  private(set) var descriptor: Int32
  /// Whether room for input is waited for.
  var isWanted = false
  /// True when it can be read or written, false when the other side has let go of it.
  var handler: ((Bool) -> Void)?

  init(loop: PollLoop, descriptor: Int32, isInput: Bool) {
    self.loop = loop
    self.descriptor = descriptor
    self.isInput = isInput
    loop.add(self)
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  var interest: Int16 { Int16(isInput ? (isWanted ? POLLOUT : 0) : POLLIN) }

  func ready(_ events: Int16) {
    // What is still in the pipe is read before its end.
    let isUsable = events & Int16(isInput ? POLLOUT : POLLIN) != 0 && events & Int16(isInput ? POLLERR : 0) == 0
    if !isUsable, isInput { close(keepingHandler: true) }
    handler?(isUsable)
  }

  func close() { close(keepingHandler: false) }

  private func close(keepingHandler: Bool) {
    if !keepingHandler { handler = nil }
    guard descriptor >= 0 else { return }
    loop.remove(self)
    Glibc.close(descriptor)
    descriptor = -1
  }

  func loopEnded() { close() }
}
