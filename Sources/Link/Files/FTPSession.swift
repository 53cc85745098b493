import CCurl
import Loop
import Model
import TLS
import Wire

/// One control connection to a printer's file server, for the length of one operation; confined to its thread.
///
/// libcurl keeps the connection between requests and opens another when it was lost. It hands the control connection's
/// TLS session to each data connection by itself, which printers insist on.
final class FTPSession {
  let timings: StorageTimings
  let target: StorageTarget
  private let handle: UnsafeMutableRawPointer
  private let tls: BorrowedTLSContext
  private let control: WorkControl
  private var isCleaningUp = false
  private var canSayGoodbye = false
  private var hasLoggedIn = false
  private var refusedOption = false
  var habits: StorageHabits

  init(
    target: StorageTarget, habits: StorageHabits, timings: StorageTimings, control: WorkControl
  ) throws(StorageError) {
    guard ccurl_load(), let handle = ccurl_new() else { throw .noLibrary }
    self.handle = handle
    self.target = target
    self.habits = habits
    self.timings = timings
    self.control = control
    tls = BorrowedTLSContext(policy: target.trust)
  }

  deinit { ccurl_free(handle) }

  /// What the trust check found; nil before the printer has accepted us or the check has refused the printer. Only then
  /// may it be relied on: before, the peer has not shown that it holds its key.
  var verdict: TrustVerdict? { tls.verdict.flatMap { hasLoggedIn || !$0.isAccepted ? $0 : nil } }

  var isCancelled: Bool { control.isCancelled }

  /// All bytes went through, and then nothing: the next transfer does better in clear, where that is allowed.
  func noteStallAtEnd(_ error: StorageError) {
    if error == .stalled, target.allowsClearData { habits.needsClearData = true }
  }

  // MARK: Requests

  /// Sends commands one after the other, whatever their answers, and gives the answers.
  func commands(_ lines: [String]) throws(StorageError) -> [FTPReply] {
    var list: UnsafeMutablePointer<curl_slist>?
    // The asterisk: a refusal is an answer, and no reason to lose the connection.
    for line in lines { list = ccurl_list_append(list, "*\(line)") }
    defer { ccurl_list_free(list) }
    let exchange = exchange(.none)
    let code = perform(exchange, path: "/", deadline: nil) {
      $0.set(CURLOPT_NOBODY, 1)
      $0.set(CURLOPT_QUOTE, list)
    }
    if let error = error(code, exchange) { throw error }
    let answers = exchange.replies.last.suffix(lines.count)
    guard answers.count == lines.count else { throw .cut }
    return Array(answers)
  }

  /// The whole answer of LIST, or of NLST, in a folder.
  func listing(of folder: StoragePath, namesOnly: Bool, limit: Int) throws(StorageError) -> [UInt8] {
    var bytes: [UInt8] = []
    let exchange = exchange(
      .receiving(limit: Int64(limit)) { chunk, _ in
        bytes.append(contentsOf: chunk)
        return nil
      })
    // CWD before LIST: a bare LIST of a folder that is not there gives an empty list and no error.
    let code = perform(exchange, path: folder == .root ? "/" : "\(folder.text)/", deadline: timings.transfer) {
      $0.set(CURLOPT_FTP_FILEMETHOD, Int(CURLFTPMETHOD_SINGLECWD.rawValue))
      if namesOnly { $0.set(CURLOPT_DIRLISTONLY, 1) }
    }
    if let error = error(code, exchange) {
      throw error == .tooLarge ? .listing(.tooLong(limit: limit)) : error
    }
    return bytes
  }

  /// Writes the source to `path`. When it throws, `sentAll` says whether the size is worth asking for.
  func store(
    _ source: OpenSource, at path: StoragePath, progress: TransferProgress.Handler?
  ) -> (error: StorageError?, sentAll: Bool) {
    let exchange = exchange(.sending(source), total: source.size, progress: progress)
    let code = perform(exchange, path: path.text, deadline: timings.deadline(bytes: source.size)) {
      $0.set(CURLOPT_UPLOAD, 1)
      $0.set(CURLOPT_INFILESIZE_LARGE, offset: source.size)
      $0.set(CURLOPT_UPLOAD_BUFFERSIZE, 64 * 1024)
    }
    return (error(code, exchange), exchange.hasSentAll)
  }

  /// Reads `path` from `offset` on; `sink` gets each piece with its place in the whole.
  func retrieve(
    _ path: StoragePath, from offset: Int64, total: Int64, progress: TransferProgress.Handler?,
    into sink: @escaping (UnsafeRawBufferPointer, Int64) -> StorageError?
  ) -> (error: StorageError?, received: Int64) {
    let exchange = exchange(
      .receiving(limit: total - offset, sink), total: total, start: offset, progress: progress)
    let code = perform(exchange, path: path.text, deadline: timings.deadline(bytes: total - offset)) {
      if offset > 0 { $0.set(CURLOPT_RESUME_FROM_LARGE, offset: offset) }
    }
    return (error(code, exchange), exchange.moved)
  }

  /// Runs what must happen even when the operation was cancelled, in a short time.
  func cleaningUp(_ body: () throws(StorageError) -> Void) {
    isCleaningUp = true
    defer { isCleaningUp = false }
    do { try body() } catch {}
  }

  /// QUIT, with three seconds for its answer: some printers count sessions until they are told.
  func sayGoodbye() {
    guard canSayGoodbye else { return }
    let exchange = FTPExchange(.none, timings: timings, control: nil, tls: tls)
    _ = perform(exchange, path: "/", deadline: .seconds(5)) {
      $0.set(CURLOPT_NOBODY, 1)
      $0.set(CURLOPT_FORBID_REUSE, 1)
      $0.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, 3)
    }
  }

  // MARK: libcurl

  private func exchange(
    _ direction: FTPExchange.Direction, total: Int64 = 0, start: Int64 = 0,
    progress: TransferProgress.Handler? = nil
  ) -> FTPExchange {
    FTPExchange(
      direction, timings: timings, control: isCleaningUp ? nil : control, tls: tls, total: total, start: start,
      progress: progress)
  }

  private func perform(
    _ exchange: FTPExchange, path: String, deadline: Duration?, _ configure: (FTPSession) -> Void
  ) -> CURLcode {
    ccurl_reset(handle)
    refusedOption = false
    setConnection(deadline: isCleaningUp ? timings.cleanUp : deadline)
    // Two slashes: the path begins at the storage's root and not where the login happened to land.
    set(CURLOPT_URL, FTPAddress.text(host: target.host, port: target.port, path: path))
    configure(self)
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    check(setCallbacks(context))
    guard !refusedOption else { return CURLE_UNKNOWN_OPTION }
    let code = withExtendedLifetime(exchange) { ccurl_perform(handle) }
    if exchange.replies.hasLoggedIn { hasLoggedIn = true }
    canSayGoodbye = Self.keepsConnection.contains(code.rawValue)
    return code
  }

  private func setConnection(deadline: Duration?) {
    set(CURLOPT_PROTOCOLS_STR, "ftps")
    set(CURLOPT_PROXY, "")
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_NOPROGRESS, 0)
    set(CURLOPT_USERNAME, "bblp")
    set(CURLOPT_PASSWORD, target.accessCode.secret.exposed)
    // Sessions are resumed without a race in 1.2 only; printers that speak 1.3 speak it too.
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2) | Int(CURL_SSLVERSION_MAX_TLSv1_2))
    // The one trust check takes the place of libcurl's own, which would read the system's CAs for nothing.
    set(CURLOPT_SSL_VERIFYPEER, 0)
    set(CURLOPT_SSL_VERIFYHOST, 0)
    set(CURLOPT_CAINFO, nil as String?)
    set(CURLOPT_CAPATH, nil as String?)
    let usesClear = habits.needsClearData && target.allowsClearData
    set(CURLOPT_USE_SSL, usesClear ? ccurl_ssl_control : ccurl_ssl_all)
    set(CURLOPT_FTP_SKIP_PASV_IP, 1)
    set(CURLOPT_FTP_USE_EPSV, 0)
    set(CURLOPT_FTP_FILEMETHOD, Int(CURLFTPMETHOD_NOCWD.rawValue))
    set(CURLOPT_BUFFERSIZE, 100 * 1024)
    set(CURLOPT_CONNECTTIMEOUT_MS, timings.connect.wholeMilliseconds)
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(max(timings.silence, timings.lateReply).components.seconds)))
    set(CURLOPT_LOW_SPEED_LIMIT, 1)
    set(CURLOPT_LOW_SPEED_TIME, max(1, Int(timings.silence.components.seconds)))
    if let deadline { set(CURLOPT_TIMEOUT_MS, deadline.wholeMilliseconds) }
  }

  private func setCallbacks(_ context: UnsafeMutableRawPointer) -> CURLcode {
    let results = [
      ccurl_on_read(handle, FTPCallbacks.read, context), ccurl_on_write(handle, FTPCallbacks.write, context),
      ccurl_on_header(handle, FTPCallbacks.header, context), ccurl_on_seek(handle, FTPCallbacks.seek, context),
      ccurl_on_progress(handle, FTPCallbacks.progress, context), ccurl_on_tls(handle, FTPCallbacks.tls, context),
    ]
    return results.first { $0 != CURLE_OK } ?? CURLE_OK
  }

  private func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_long(handle, option, value)) }

  private func set(_ option: CURLoption, offset: Int64) {
    check(ccurl_set_offset(handle, option, curl_off_t(offset)))
  }

  private func set(_ option: CURLoption, _ text: String?) { check(ccurl_set_text(handle, option, text)) }

  private func set(_ option: CURLoption, _ list: UnsafeMutablePointer<curl_slist>?) {
    check(ccurl_set_pointer(handle, option, list))
  }

  private func check(_ code: CURLcode) { if code != CURLE_OK { refusedOption = true } }

  /// After these libcurl leaves the control connection open (`ftp_done`).
  private static let keepsConnection: Set<UInt32> = [
    CURLE_OK.rawValue, CURLE_REMOTE_ACCESS_DENIED.rawValue, CURLE_FTP_WEIRD_PASV_REPLY.rawValue,
    CURLE_FTP_COULDNT_SET_TYPE.rawValue, CURLE_PARTIAL_FILE.rawValue, CURLE_FTP_COULDNT_RETR_FILE.rawValue,
    CURLE_WRITE_ERROR.rawValue, CURLE_UPLOAD_FAILED.rawValue, CURLE_BAD_DOWNLOAD_RESUME.rawValue,
    CURLE_REMOTE_FILE_NOT_FOUND.rawValue,
  ]

  /// What went wrong; nil when nothing did.
  private func error(_ code: CURLcode, _ exchange: FTPExchange) -> StorageError? {
    guard code != CURLE_OK else { return nil }
    if let verdict = tls.verdict, !verdict.isAccepted { return .untrusted(verdict) }
    if let reason = exchange.reason { return reason }
    return FTPFailure(
      code: code, reply: Int(ccurl_response_code(handle)), isLoggedIn: exchange.replies.hasLoggedIn || hasLoggedIn,
      hasTLS: tls.verdict != nil, isUpload: exchange.isUpload, isTransfer: exchange.isTransfer
    ).error
  }
}
