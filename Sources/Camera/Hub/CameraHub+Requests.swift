import Loop
import NIOCore

/// One picture for those who ask: live where there is one, else the camera is woken for it.
extension CameraHub {
  /// A picture that is whole, can be decoded and is not black. Several that ask at once share one.
  ///
  /// - Parameters:
  ///   - age: how old it may be; at least the camera's own interval, as nothing newer can be had from a slow one.
  ///   - time: to wait for one at most.
  ///   - isLast: nobody will ask again soon; a camera that was woken for it is let go of at once.
  package func picture(
    noOlderThan age: Duration = .seconds(1), within time: Duration, isLast: Bool = false
  ) async throws(CameraError) -> CameraPicture {
    guard !isShutDown else { throw .noPicture(.closed) }
    guard requests.count < Self.requestLimit else { throw .busy }
    if !isLast { mayComeBack = true }
    requestCount += 1
    let id = requestCount
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { wait(id, noOlderThan: age, within: time, $0) }
    } onCancel: {
      loop.execute { self.assumeIsolated { $0.conclude(id, with: .failure(.cancelled)) } }
    }
    switch result {
    case .success(let picture): return picture
    case .failure(let error): throw error
    }
  }

  private func wait(_ id: UInt64, noOlderThan age: Duration, within time: Duration, _ answer: PictureRequests.Answer) {
    if Task.isCancelled { return answer.resume(returning: .failure(.cancelled)) }
    let now = loop.now
    // Until a person does something there is nothing to wait for.
    if let problem, problem.isRefusal, let notBefore, notBefore > now {
      return answer.resume(returning: .failure(.noPicture(problem)))
    }
    let timer = loop.schedule(after: time) { [weak self] in self?.assumeIsolated { $0.runOut(id) } }
    let allowed = max(age, rhythm.interval ?? .zero)
    requests.add(id, since: now.advanced(by: .zero - allowed), timer: timer, answer)
    demand()
    judgeIfAsked()
  }

  private func runOut(_ id: UInt64) {
    conclude(id, with: .failure(.noPicture(flaw ?? problem ?? .stalled)))
  }

  private func conclude(_ id: UInt64, with result: Result<CameraPicture, CameraError>) {
    requests.answer(id, with: result)
    relax()
  }

  /// Looks at the newest picture when somebody waits for it and it has not been looked at.
  func judgeIfAsked() {
    guard !isJudging, let latest, requests.wants(latest) else { return }
    if judged?.number == latest.number {
      if judged?.flaw == nil { deliver(latest) }
      return
    }
    isJudging = true
    let loop = self.loop
    surroundings.worker.submit {
      var flaw: JPEGError?
      do throws(JPEGError) { try JPEGPicture(latest.jpeg).judge() } catch { flaw = error }
      let found = flaw
      loop.execute { self.assumeIsolated { $0.judged(latest, flaw: found) } }
    } refuse: {
      loop.execute { self.assumeIsolated { $0.couldNotJudge() } }
    }
  }

  private func judged(_ picture: CameraPicture, flaw: JPEGError?) {
    isJudging = false
    judged = Judgement(number: picture.number, flaw: flaw)
    self.flaw = flaw?.problem
    if flaw == nil { deliver(picture) }
    // A newer one may have come meanwhile, for those who are still waiting.
    judgeIfAsked()
  }

  private func couldNotJudge() {
    isJudging = false
    requests.failAll(.busy)
    relax()
  }

  private func deliver(_ picture: CameraPicture) {
    requests.answerAll(with: picture)
    relax()
  }
}

/// What was found of a picture.
struct Judgement {
  var number: UInt64
  var flaw: JPEGError?
}
