/// The cloud's numbers for what went wrong (S2, "Common Codes" and "Application-Specific Codes").
package enum CloudCode: Int, CaseIterable, Hashable, Sendable {
  case badRequest = 400
  case unauthorized = 401
  case forbidden = 403
  case notFound = 404
  case tooManyRequests = 429
  case serverError = 500
  case invalidToken = 1001
  case tokenExpired = 1002
  case deviceNotFound = 1003
  case deviceOffline = 1004
  case printJobFailed = 1005
  case uploadFailed = 1006

  /// The status with which a person is told (contract, section 5, "Cloud").
  package var status: Int {
    switch self {
    case .unauthorized, .forbidden, .invalidToken, .tokenExpired, .deviceOffline: 409
    case .notFound, .deviceNotFound: 404
    case .tooManyRequests: 429
    case .badRequest, .serverError, .printJobFailed, .uploadFailed: 502
    }
  }

  /// What happened and what to do.
  package var sentence: String {
    switch self {
    case .badRequest: "The cloud did not understand the request."
    case .unauthorized: "The cloud did not let the request in. Try again, or sign in to the cloud anew."
    case .forbidden: "The cloud does not allow this account to do that."
    case .notFound: "The cloud knows nothing of it. Sync, and try again."
    case .tooManyRequests: "The cloud takes no more requests for now. Try again later."
    case .serverError: "The cloud has a fault of its own. Try again later."
    case .invalidToken: "The cloud does not take the sign-in any more. Sign in to the cloud anew."
    case .tokenExpired: "The sign-in to the cloud has expired. Sign in anew."
    case .deviceNotFound: "The cloud knows no such printer. Bind it to the account first."
    case .deviceOffline: "The printer is not connected to the cloud."
    case .printJobFailed: "The cloud says that the print job failed."
    case .uploadFailed: "The cloud did not take the file. Try again."
    }
  }

  /// The token is of no use any more.
  package var endsSession: Bool { self == .invalidToken || self == .tokenExpired }
}

/// Failures that the client meets itself (S2, "Error Codes Found in Code"; meanings in the contract, section 5, "Cloud").
package enum CloudClientError: String, CaseIterable, Hashable, Sendable {
  /// No connection.
  case network = "ERR_NETWORK"
  /// A base that is none.
  case invalidURL = "ERR_INVALID_URL"
  /// 4xx without a code.
  case badRequest = "ERR_BAD_REQUEST"
  /// 5xx without a code, or an answer that cannot be read.
  case badResponse = "ERR_BAD_RESPONSE"
  case canceled = "ERR_CANCELED"
  /// What arrived there is not what was sent.
  case checksumMismatch = "ERR_CHECKSUM_MISMATCH"
  case tooManyRedirects = "ERR_FR_TOO_MANY_REDIRECTS"
  /// The cloud does not take the version that profiles are asked for with.
  case invalidVersion = "ERR_UPDATER_INVALID_VERSION"

  package var sentence: String {
    switch self {
    case .network: "The cloud cannot be reached. Check the board's way to the internet."
    case .invalidURL: "The cloud's address cannot be used. Check the settings cloud.region and cloud.base_url."
    case .badRequest: "The cloud refused the request without saying why."
    case .badResponse: "The cloud answered something that cannot be read. Try again later."
    case .canceled: "The request to the cloud was given up."
    case .checksumMismatch: "The cloud has received another file than was sent. Try again."
    case .tooManyRedirects: "The cloud redirects too often. Check the setting cloud.base_url."
    case .invalidVersion: "The cloud does not take the version with which profiles are asked for."
    }
  }
}
