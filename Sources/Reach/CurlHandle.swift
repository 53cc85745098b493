import CCurl

/// One of libcurl's easy handles, confined to its thread. Which options it refused is remembered until it is asked.
final class CurlHandle {
  private let pointer: UnsafeMutableRawPointer
  private var lists: [UnsafeMutablePointer<curl_slist>] = []
  private(set) var hasRefusedOption = false

  init() throws(ReachError) {
    guard ccurl_load(), let pointer = ccurl_new() else { throw .noLibrary }
    self.pointer = pointer
  }

  deinit {
    ccurl_free(pointer)
    for list in lists { ccurl_list_free(list) }
  }

  func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_long(pointer, option, value)) }

  func set(_ option: CURLoption, offset: Int64) { check(ccurl_set_offset(pointer, option, curl_off_t(offset))) }

  func set(_ option: CURLoption, _ text: String?) { check(ccurl_set_text(pointer, option, text)) }

  /// The list lives as long as the handle.
  func set(_ option: CURLoption, list texts: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for text in texts {
      guard let longer = ccurl_list_append(list, text) else {
        hasRefusedOption = true
        return
      }
      list = longer
    }
    guard let list else { return }
    lists.append(list)
    check(ccurl_set_pointer(pointer, option, list))
  }

  /// What every request of ours has in common.
  func setCommon(_ bounds: WebBounds, remaining: Duration) {
    // No proxy, netrc or cookie of an environment that nobody sees; no signals in a process with threads.
    set(CURLOPT_PROXY, "")
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_NOPROGRESS, 0)
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_CONNECTTIMEOUT_MS, max(1, min(bounds.connect, remaining).wholeMilliseconds))
    set(CURLOPT_TIMEOUT_MS, max(1, remaining.wholeMilliseconds))
    set(CURLOPT_BUFFERSIZE, 16 * 1024)
  }

  /// Certificates are judged by the system's authorities, of which only those are read that a chain needs.
  /// - Parameter pinned: the key that is trusted instead, whoever issued its certificate.
  func setTrust(authorities: String?, pinned: String?) {
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    set(CURLOPT_CAINFO, nil as String?)
    set(CURLOPT_CAPATH, authorities ?? Self.systemAuthorities)
    set(CURLOPT_SSL_VERIFYPEER, pinned == nil ? 1 : 0)
    set(CURLOPT_SSL_VERIFYHOST, pinned == nil ? 2 : 0)
    if let pinned { set(CURLOPT_PINNEDPUBLICKEY, pinned) }
  }

  /// Debian's folder of authorities under their hashed names (the package ca-certificates).
  static let systemAuthorities = "/etc/ssl/certs"

  /// libcurl's callbacks find `exchange` behind their pointer; it must live until `perform` is over.
  func perform(_ exchange: CurlExchange) -> CURLcode {
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    check(ccurl_on_read(pointer, CurlCallbacks.read, context))
    check(ccurl_on_write(pointer, CurlCallbacks.write, context))
    check(ccurl_on_header(pointer, CurlCallbacks.header, context))
    check(ccurl_on_seek(pointer, CurlCallbacks.seek, context))
    check(ccurl_on_progress(pointer, CurlCallbacks.progress, context))
    guard !hasRefusedOption else { return CURLE_UNKNOWN_OPTION }
    return withExtendedLifetime(exchange) { ccurl_perform(pointer) }
  }

  var responseCode: Int { Int(ccurl_response_code(pointer)) }

  private func check(_ code: CURLcode) { if code != CURLE_OK { hasRefusedOption = true } }
}

extension Duration {
  var wholeMilliseconds: Int {
    let (seconds, fraction) = components
    return Int(seconds) * 1000 + Int(fraction / 1_000_000_000_000_000)
  }

  /// At least one.
  var wholeSecondsUp: Int { max(1, (wholeMilliseconds + 999) / 1000) }
}
