import Model

extension Operation {
  /// Everything that it may answer instead: its own codes and those that every operation has, by status.
  var declaredErrors: [(status: Int, codes: [ErrorCode])] {
    var codes: [Int: [ErrorCode]] = [:]
    func add(_ code: ErrorCode, _ status: Int? = nil) {
      for status in status.map({ [$0] }) ?? unusualStatuses[code].map({ [$0] }) ?? code.documentedStatuses
      where codes[status]?.contains(code) != true { codes[status, default: []].append(code) }
    }
    add(.invalidRequest)
    // An address or headers beyond the server's bounds.
    add(.invalidRequest, 414)
    add(.invalidRequest, 431)
    // A foreign Host (contract, section 3).
    add(.forbidden, 421)
    if access != .anyone { add(.unauthorized) }
    switch access {
    case .permission, .session: add(.forbidden)
    // A foreign Origin (contract, section 3).
    case .identity, .anyone: if verb != .get { add(.forbidden) }
    }
    if body != nil {
      add(.payloadTooLarge)
      add(.unsupportedMediaType)
    }
    if rate != nil { add(.rateLimited) }
    for code in errors { add(code) }
    add(.internalError)
    add(.serviceUnavailable)
    return codes.sorted { $0.key < $1.key }.map { (status: $0.key, codes: $0.value) }
  }
}

extension ErrorCode {
  /// Where a part of the world outside does not answer, silence has a status of its own (contract, section 2).
  var documentedStatuses: [Int] {
    switch self {
    case .mqttError, .ftpError, .cameraUnavailable: [502, 504]
    case .cloudError: [404, 409, 429, 502, 504]
    default: [status]
    }
  }

  /// What the sentence of such an error reads like.
  var exampleSentence: String {
    switch self {
    case .invalidRequest: "name must be a string of 1 to 100 characters."
    case .unauthorized: "This needs an API key in the header X-API-Key."
    case .forbidden: "The API key lacks the permission “control”."
    case .notFound: "There is nothing at this path."
    case .printerNotFound: "There is no printer 123."
    case .archiveNotFound: "There is no archive 123."
    case .queueItemNotFound: "There is no queue item 123."
    case .plugNotFound: "There is no smart plug 123."
    case .projectNotFound: "There is no project 123."
    case .providerNotFound: "There is no notification provider 123."
    case .templateNotFound: "There is no template for this event."
    case .profileNotFound: "There is no profile of this number."
    case .methodNotAllowed: "This path takes GET, HEAD, OPTIONS, not DELETE."
    case .conflict: "The state of the printer forbids it just now."
    case .printerOffline: "The printer is not connected."
    case .printerBusy: "The printer has a job. Wait for its end, or stop it."
    case .commandRefused: "The printer refuses commands from the network."
    case .cloudError: "Nobody is signed in to the cloud."
    case .payloadTooLarge: "The body is larger than 1048576 bytes."
    case .unsupportedMediaType: "Send the body as JSON, with Content-Type: application/json."
    case .rateLimited: "Too many requests; try again in 12 seconds."
    case .internalError: "Something went wrong in the service; its log says what."
    case .serviceUnavailable: "The service is stopping; try again in a moment."
    case .storageFull: "The service's own storage is full. Free some space, then try again."
    case .mqttError: "The printer did not acknowledge the command within 10 seconds."
    case .ftpError: "The printer's file server broke the transfer off."
    case .plugOffline: "The smart plug does not answer."
    case .cameraUnavailable: "The camera does not answer."
    case .boardError: "The line of the board could not be switched."
    }
  }
}

/// What statuses mean, for the description.
func meaning(of status: Int) -> String {
  switch status {
  case 200: "All is well."
  case 201: "Made."
  case 202: "Begun; `Location` says where it goes on."
  case 206: "The part that was asked for."
  case 304: "Unchanged since the ETag that was sent."
  case 400: "A part of the request does not fit; the message names it."
  case 401: "No key or session, or one that is not valid."
  case 403: "The permission is lacking, or the request comes from a foreign page."
  case 404: "It does not exist, or not for this key."
  case 409: "The state forbids it."
  case 413: "The body is too large."
  case 414: "The address is too long."
  case 415: "The body has the wrong media type."
  case 416: "No part of the file lies in the range that was asked for."
  case 421: "The host name is not one of this service."
  case 429: "Too many requests; `Retry-After` says when to try again."
  case 431: "The header fields are too large or too many."
  case 500: "The service failed."
  case 502: "What stands behind the service answered wrongly."
  case 503: "The service cannot do it just now; `Retry-After` says when to try again."
  case 504: "What stands behind the service did not answer in time."
  case 507: "The service's storage is full."
  default: "HTTP status \(status)."
  }
}
