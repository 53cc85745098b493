package import Model

/// Why a request for a picture was not answered with one.
package enum CameraError: Error, Hashable, Sendable {
  case noPicture(CameraProblem)
  /// Too many ask at once.
  case busy
  case cancelled

  /// For the API: 502, or 504 where the camera is silent; 503 where too many ask.
  package var fault: Fault {
    switch self {
    case .noPicture(let problem):
      Fault(.cameraUnavailable, problem.sentence, status: problem == .stalled ? 504 : nil)
    case .busy: Fault(.serviceUnavailable, "Too many pictures are asked for at once: try again soon.", retryAfter: 1)
    case .cancelled: Fault(.serviceUnavailable, "The request was given up.")
    }
  }
}
