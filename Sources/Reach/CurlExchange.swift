import CCurl
import Loop

/// What libcurl's callbacks need while one request runs; confined to the request's thread.
final class CurlExchange {
  private let body: OpenBody?
  private let control: WorkControl
  private let bodyLimit: Int
  private var headerRoom: Int
  private let take: (@Sendable (UnsafeRawBufferPointer) -> Bool)?
  private var isSuccess = false

  private(set) var headers: [WebHeader] = []
  /// When even saying goodbye is over: libcurl does not count that in its own time.
  var end: ContinuousClock.Instant?
  /// Told of the bytes of the body that have gone out so far.
  var sent: (@Sendable (Int64) -> Void)?
  private(set) var received: [UInt8] = []
  private(set) var isCut = false
  /// Why a callback ended the request.
  private(set) var reason: ReachError?

  init(
    body: OpenBody?, control: WorkControl, bodyLimit: Int, headerRoom: Int,
    take: (@Sendable (UnsafeRawBufferPointer) -> Bool)? = nil
  ) {
    self.take = take
    self.body = body
    self.control = control
    self.bodyLimit = bodyLimit
    self.headerRoom = headerRoom
  }

  /// Bytes of headers that may still come.
  var remainingHeaderRoom: Int { headerRoom }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    guard let body else { return 0 }
    guard let count = body.read(into: buffer) else {
      reason = .unreadableFile
      return nil
    }
    sent?(body.position)
    return count
  }

  func seek(to offset: Int64) -> Bool { body?.rewind(to: offset) ?? false }

  /// False once the body is as long as it may be: the rest is not read.
  func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if let take, isSuccess {
      if take(bytes) { return true }
      isCut = true
      return false
    }
    let room = bodyLimit - received.count
    received.append(contentsOf: bytes.prefix(room))
    guard bytes.count > room else { return true }
    isCut = true
    return false
  }

  func header(_ line: UnsafeRawBufferPointer) -> Bool {
    headerRoom -= line.count
    guard headerRoom >= 0 else {
      reason = .headersTooLarge
      return false
    }
    // Each answer of a row (100, 401 and what follows it) begins anew.
    if line.starts(with: Array("HTTP/".utf8)) {
      headers = []
      received = []
      isSuccess = line.dropFirst("HTTP/1.1 ".utf8.count).first == UInt8(ascii: "2")
      return true
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return true }
    let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
    let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
    let end = value.lastIndex { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D && $0 != 0x0A }.map { $0 + 1 }
    headers.append(WebHeader(name, String(decoding: value[..<(end ?? value.startIndex)], as: UTF8.self)))
    return true
  }

  /// True ends the request; libcurl asks at least once a second.
  func shouldEnd() -> Bool {
    if control.isCancelled {
      reason = .cancelled
    } else if let end, .now >= end {
      reason = .timeout
    } else {
      return false
    }
    return true
  }
}

/// libcurl's callbacks; each finds its exchange behind the context pointer. They run inside `ccurl_perform`.
enum CurlCallbacks {
  private static func exchange(_ context: UnsafeMutableRawPointer?) -> CurlExchange? {
    context.map { Unmanaged<CurlExchange>.fromOpaque($0).takeUnretainedValue() }
  }

  static let read: ccurl_data = { bytes, size, count, context in
    let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    return CurlCallbacks.exchange(context)?.read(into: room) ?? Int(CURL_READFUNC_ABORT)
  }

  static let write: ccurl_data = { bytes, size, count, context in
    let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
    guard CurlCallbacks.exchange(context)?.write(chunk) == true else { return chunk.isEmpty ? 1 : 0 }
    return chunk.count
  }

  static let header: ccurl_data = { bytes, size, count, context in
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    guard CurlCallbacks.exchange(context)?.header(line) == true else { return line.isEmpty ? 1 : 0 }
    return line.count
  }

  static let seek: ccurl_seek = { context, offset, origin in
    // SEEK_SET is all that libcurl asks for.
    guard origin == 0, CurlCallbacks.exchange(context)?.seek(to: Int64(offset)) == true else {
      return Int32(CURL_SEEKFUNC_FAIL)
    }
    return Int32(CURL_SEEKFUNC_OK)
  }

  static let progress: ccurl_progress = { context, _, _, _, _ in
    CurlCallbacks.exchange(context)?.shouldEnd() == false ? 0 : 1
  }
}

/// What libcurl's codes mean here.
extension ReachError {
  init(_ code: CURLcode) {
    switch code {
    case CURLE_COULDNT_CONNECT: self = .notConnected
    case CURLE_COULDNT_RESOLVE_HOST: self = .nameUnknown
    case CURLE_OPERATION_TIMEDOUT: self = .timeout
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_INVALIDCERTSTATUS:
      self = .untrusted
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_INITFAILED:
      self = .noEncryption
    case CURLE_LOGIN_DENIED: self = .refusedLogin
    case CURLE_ABORTED_BY_CALLBACK: self = .cancelled
    default: self = .broken
    }
  }
}
