import Loop

/// Those who wait for one picture. Confined to the camera loop.
struct PictureRequests {
  typealias Answer = CheckedContinuation<Result<CameraPicture, CameraError>, Never>

  private struct Waiting {
    var answer: Answer
    /// The oldest picture that will do came at this moment.
    var since: ContinuousClock.Instant
    var timer: LoopTimer
  }

  private var waiting: [UInt64: Waiting] = [:]

  var isEmpty: Bool { waiting.isEmpty }
  var count: Int { waiting.count }

  mutating func add(_ id: UInt64, since: ContinuousClock.Instant, timer: LoopTimer, _ answer: Answer) {
    waiting[id] = Waiting(answer: answer, since: since, timer: timer)
  }

  mutating func answer(_ id: UInt64, with result: Result<CameraPicture, CameraError>) {
    guard let one = waiting.removeValue(forKey: id) else { return }
    one.timer.cancel()
    one.answer.resume(returning: result)
  }

  /// Gives the picture to all for whom it is new enough.
  mutating func answerAll(with picture: CameraPicture) {
    for (id, one) in waiting where one.since <= picture.arrived { answer(id, with: .success(picture)) }
  }

  mutating func failAll(_ error: CameraError) {
    for id in waiting.keys { answer(id, with: .failure(error)) }
  }

  /// Whether the picture will do for anyone.
  func wants(_ picture: CameraPicture) -> Bool { waiting.values.contains { $0.since <= picture.arrived } }
}
