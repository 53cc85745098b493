import CCurl

/// What libcurl's code, the last reply and the stage mean together.
struct FTPFailure {
  let code: CURLcode
  /// The last reply's code, 0 without one.
  let reply: Int
  let isLoggedIn: Bool
  /// A certificate was shown and accepted.
  let hasTLS: Bool
  /// Bytes were to go out.
  let isUpload: Bool
  /// There is a data channel, or was about to be.
  let isTransfer: Bool

  var error: StorageError {
    // libcurl calls a 421 a timeout.
    if reply == 421 { return .tooManySessions }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT:
      return isLoggedIn && isTransfer ? .noDataChannel : .unreachable
    case CURLE_OPERATION_TIMEDOUT:
      if !hasTLS { return .unreachable }
      return isLoggedIn && isTransfer ? .stalled : .timeout
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED:
      if isLoggedIn { return .noDataChannel }
      return hasTLS ? .cut : .notTLS
    case CURLE_LOGIN_DENIED: return .wrongAccessCode
    case CURLE_REMOTE_DISK_FULL: return .full
    case CURLE_REMOTE_FILE_NOT_FOUND: return .notFound
    // A file that is to be made cannot be missing: no right to do so, or no folder for it.
    case CURLE_UPLOAD_FAILED where reply == 550 && isUpload: return .cannotCreate
    case CURLE_OUT_OF_MEMORY: return .local(errno: 12)
    case CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN, CURLE_FAILED_INIT, CURLE_UNSUPPORTED_PROTOCOL:
      return .noLibrary
    default: return reply >= 400 ? StorageError(reply: reply) : .cut
    }
  }
}
