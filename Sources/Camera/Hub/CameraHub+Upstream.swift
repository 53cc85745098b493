import Loop
import Model
import NIOCore
import Rules

/// From an attempt to pictures, and what follows when they cease.
extension CameraHub {
  func scheduleAttempt() {
    guard upstream == nil, attemptTimer == nil, !isShutDown else { return }
    attemptTimer = loop.schedule(at: notBefore ?? loop.now) { [weak self] in self?.assumeIsolated { $0.attempt() } }
  }

  private func attempt() {
    attemptTimer = nil
    guard upstream == nil, isDemanded else { return }
    rhythm.begin()
    let upstream = Upstream(makeSource(assembly), hub: self)
    self.upstream = upstream
    firstPictureTimer = loop.schedule(after: timings.firstPicture) { [weak self] in
      self?.assumeIsolated { $0.giveUp(.stalled) }
    }
    upstream.start()
  }

  func received(_ jpeg: ByteBuffer) {
    guard let upstream else { return }
    let now = loop.now
    rhythm.arrived(at: now)
    pictures += 1
    let picture = CameraPicture(jpeg: jpeg, arrived: now, number: pictures)
    latest = picture
    if upstream.liveSince == nil { becameLive(upstream, at: now) }
    for viewer in viewers.values { viewer.show(picture) }
    judgeIfAsked()
  }

  private func becameLive(_ upstream: Upstream, at now: ContinuousClock.Instant) {
    upstream.liveSince = now
    firstPictureTimer?.cancel()
    firstPictureTimer = nil
    failures = 0
    problem = nil
    forgetOutage()
    if let latest { size = try? JPEGPicture(latest.jpeg).measure() }
    tell(.online)
    if staleTimer == nil { watchAge() }
  }

  /// One timer looks after the newest picture's age, however many pictures come.
  private func watchAge() {
    guard let last = rhythm.last else { return }
    staleTimer = loop.schedule(at: last.advanced(by: rhythm.limit)) { [weak self] in
      self?.assumeIsolated { $0.checkAge() }
    }
  }

  private func checkAge() {
    staleTimer = nil
    guard let last = rhythm.last else { return }
    guard loop.now - last >= rhythm.limit else { return watchAge() }
    if upstream?.liveSince != nil {
      rhythm.stalled()
      giveUp(.stalled)
    } else if isDemanded {
      declare(problem ?? .closed)
    }
  }

  /// The hub itself ends the connection, and tries again.
  private func giveUp(_ problem: CameraProblem) {
    guard let upstream else { return }
    upstream.stop()
    upstreamEnded(problem)
  }

  /// The source has let go of everything.
  func upstreamEnded(_ problem: CameraProblem) {
    guard let ended = upstream else { return }
    upstream = nil
    firstPictureTimer?.cancel()
    firstPictureTimer = nil
    self.problem = problem
    let now = loop.now
    let length = ended.liveSince.map { now - $0 }
    if length == nil { failures += 1 }
    notBefore = now.advanced(by: max(timings.settle, wait(after: problem, length: length)))
    // A connection that breaks off and comes back at once is no outage: the last picture is fresh still.
    if length == nil || problem == .stalled || problem.isRefusal { declare(problem) }
    if failures >= timings.attempts {
      hasGivenUp = true
      // A screen on a wall looks for ever, and is to find the printer again in the morning.
      notBefore = now.advanced(by: timings.refusal)
    }
    if isDemanded { scheduleAttempt() }
  }

  private func wait(after problem: CameraProblem, length: Duration?) -> Duration {
    let jitter = Double.random(in: 0...1)
    if problem.isRefusal { return timings.refusal * (1 - 0.25 * jitter) }
    switch problem {
    case .switchedOff, .decoderMissing, .deviceUnavailable: return backoff.wait(after: .refused, jitter: jitter)
    default: return backoff.wait(after: length.map { .lost(after: $0) } ?? .failed, jitter: jitter)
    }
  }

  /// Lets go of the camera, and of the memory that its pictures took.
  func disconnect() {
    for timer in [attemptTimer, firstPictureTimer, staleTimer, lingerTimer] { timer?.cancel() }
    attemptTimer = nil
    firstPictureTimer = nil
    staleTimer = nil
    lingerTimer = nil
    if let upstream {
      upstream.stop()
      self.upstream = nil
      let soonest = loop.now.advanced(by: timings.settle)
      notBefore = max(notBefore ?? soonest, soonest)
    }
    mayComeBack = false
    latest = nil
    judged = nil
    flaw = nil
    forgetOutage()
    assembly.release()
  }

  // MARK: Telling

  private func tell(_ change: CameraChange) {
    guard change != told else { return }
    told = change
    changed(change)
  }

  /// Where the next attempt is some time off, those who ask now are told at once what the last one came to.
  func declareIfFar() {
    guard upstream == nil, let problem, let notBefore, notBefore - loop.now > timings.linger else { return }
    declare(problem)
  }

  /// There are no pictures: those who look are told why, once for each reason.
  private func declare(_ problem: CameraProblem) {
    latest = nil
    requests.failAll(.noPicture(problem))
    guard declared != problem else { return relax() }
    declared = problem
    outage = nil
    outages += 1
    tell(.offline(problem))
    draw(problem, for: outages)
    relax()
  }

  private func forgetOutage() {
    declared = nil
    outage = nil
    outages += 1
  }

  private func draw(_ problem: CameraProblem, for number: Int) {
    let last = rhythm.last
    let notice = Notice(title: title(for: last), sentence: problem.sentence, size: size ?? Notice.usualSize)
    let loop = self.loop
    surroundings.worker.draw(notice) { jpeg in
      loop.execute { self.assumeIsolated { $0.show(problem, drawn: jpeg, for: number) } }
    }
  }

  /// A time of day says nothing about another day.
  private func title(for last: ContinuousClock.Instant?) -> String {
    guard let last else { return "No picture yet" }
    let age = loop.now - last
    guard age < .seconds(12 * 3600) else { return "No picture" }
    let moment = surroundings.now().adding(seconds: -(age / .seconds(1)))
    return "No picture since \(surroundings.timeOfDay(moment))"
  }

  private func show(_ problem: CameraProblem, drawn jpeg: ByteBuffer?, for number: Int) {
    guard number == outages, declared == problem else { return }
    var drawn: CameraPicture?
    if let jpeg {
      pictures += 1
      drawn = CameraPicture(jpeg: jpeg, arrived: loop.now, number: pictures)
    }
    let outage = CameraOutage(problem: problem, lastPicture: rhythm.last, drawn: drawn)
    self.outage = outage
    for viewer in viewers.values { viewer.show(outage) }
  }
}
