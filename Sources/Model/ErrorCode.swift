/// Every error code of the API (contract, section 2), used by both presentation formats.
package enum ErrorCode: String, CaseIterable, Sendable {
  case invalidRequest = "INVALID_REQUEST"
  case unauthorized = "UNAUTHORIZED"
  case forbidden = "FORBIDDEN"
  case notFound = "NOT_FOUND"
  case printerNotFound = "PRINTER_NOT_FOUND"
  case archiveNotFound = "ARCHIVE_NOT_FOUND"
  case queueItemNotFound = "QUEUE_ITEM_NOT_FOUND"
  case plugNotFound = "PLUG_NOT_FOUND"
  case projectNotFound = "PROJECT_NOT_FOUND"
  case providerNotFound = "PROVIDER_NOT_FOUND"
  case templateNotFound = "TEMPLATE_NOT_FOUND"
  case profileNotFound = "PROFILE_NOT_FOUND"
  case methodNotAllowed = "METHOD_NOT_ALLOWED"
  case conflict = "CONFLICT"
  case printerOffline = "PRINTER_OFFLINE"
  case printerBusy = "PRINTER_BUSY"
  case commandRefused = "COMMAND_REFUSED"
  case cloudError = "CLOUD_ERROR"
  case payloadTooLarge = "PAYLOAD_TOO_LARGE"
  case unsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
  case rateLimited = "RATE_LIMITED"
  case internalError = "INTERNAL_ERROR"
  case serviceUnavailable = "SERVICE_UNAVAILABLE"
  case storageFull = "STORAGE_FULL"
  case mqttError = "MQTT_ERROR"
  case ftpError = "FTP_ERROR"
  case plugOffline = "PLUG_OFFLINE"
  case cameraUnavailable = "CAMERA_UNAVAILABLE"
  case boardError = "BOARD_ERROR"

  /// The HTTP status that goes with the code unless a fault says otherwise.
  package var status: Int {
    switch self {
    case .invalidRequest: 400
    case .unauthorized: 401
    case .forbidden: 403
    case .notFound, .printerNotFound, .archiveNotFound, .queueItemNotFound, .plugNotFound, .projectNotFound,
      .providerNotFound, .templateNotFound, .profileNotFound:
      404
    case .methodNotAllowed: 405
    case .conflict, .printerOffline, .printerBusy, .commandRefused: 409
    case .payloadTooLarge: 413
    case .unsupportedMediaType: 415
    case .rateLimited: 429
    case .internalError: 500
    case .mqttError, .ftpError, .plugOffline, .cameraUnavailable, .boardError, .cloudError: 502
    case .serviceUnavailable: 503
    case .storageFull: 507
    }
  }
}
