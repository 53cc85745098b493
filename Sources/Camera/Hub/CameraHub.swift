package import Loop
package import Model
import NIOCore
import Rules

/// One camera and all who look at it: at most one connection to the camera, made for the first viewer and ended a few
/// seconds after the last; the newest picture only, shared by all (the architecture, "Rules of the house").
///
/// It lives on the camera loop. What is not `async` may be called from any thread and takes effect in the order of the
/// calls. End it with `shutdown()`.
package actor CameraHub {
  /// Makes a source for one attempt, on the loop; pictures are put together in the hub's assembly.
  package typealias MakeSource = @Sendable (PictureAssembly) -> any CameraSource

  /// What the hub needs of its house.
  package struct Surroundings: Sendable {
    package var worker: JPEGWorker
    package var timings: CameraTimings
    package var now: @Sendable () -> Timestamp
    /// The time of day as a person reads it, such as `14:05:12`.
    package var timeOfDay: @Sendable (Timestamp) -> String

    package init(
      worker: JPEGWorker, timings: CameraTimings = CameraTimings(), now: @escaping @Sendable () -> Timestamp,
      timeOfDay: @escaping @Sendable (Timestamp) -> String
    ) {
      self.worker = worker
      self.timings = timings
      self.now = now
      self.timeOfDay = timeOfDay
    }
  }

  /// Viewers at once; one more is ended at once.
  package static let viewerLimit = 1024
  /// Requests for one picture that may wait at once.
  package static let requestLimit = 64

  package nonisolated let loop: PollLoop
  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  let surroundings: Surroundings
  let changed: @Sendable (CameraChange) -> Void
  var makeSource: MakeSource
  let assembly = PictureAssembly()
  var timings: CameraTimings { surroundings.timings }

  // Who looks.
  var viewers: [ObjectIdentifier: any PictureViewer] = [:]
  var requests = PictureRequests()
  var requestCount: UInt64 = 0
  /// The last picture that was looked at.
  var judged: Judgement?
  var isJudging = false
  /// What was wrong with it.
  var flaw: CameraProblem?

  // What they see.
  var latest: CameraPicture?
  var pictures: UInt64 = 0
  var size: PictureSize?
  var rhythm: PictureRhythm
  /// Why there are no pictures; told to viewers once it is drawn.
  var declared: CameraProblem?
  var outage: CameraOutage?
  /// Counts outages, so that a picture drawn for an earlier one is not shown.
  var outages = 0
  var told: CameraChange?

  // The way to the camera.
  var upstream: Upstream?
  var attemptTimer: LoopTimer?
  var firstPictureTimer: LoopTimer?
  var staleTimer: LoopTimer?
  var lingerTimer: LoopTimer?
  /// Somebody has looked since the camera was connected who may be back at once; else it is let go of without delay.
  var mayComeBack = false
  var backoff: Backoff
  var failures = 0
  var hasGivenUp = false
  /// Not before this moment is another attempt made.
  var notBefore: ContinuousClock.Instant?
  var problem: CameraProblem?
  var isShutDown = false

  /// - Parameter changed: told on the loop when the camera begins to give pictures and when it ceases to, while somebody
  ///   looks.
  package init(
    loop: PollLoop, surroundings: Surroundings, changed: @escaping @Sendable (CameraChange) -> Void = { _ in },
    makeSource: @escaping MakeSource
  ) {
    self.loop = loop
    self.surroundings = surroundings
    self.changed = changed
    self.makeSource = makeSource
    rhythm = PictureRhythm(stall: surroundings.timings.stall)
    backoff = Backoff(limits: surroundings.timings.backoff)
  }

  // MARK: Viewers

  /// Shows the viewer the newest picture from now on; the camera is connected when it is not.
  package nonisolated func add(_ viewer: any PictureViewer) {
    loop.execute { self.assumeIsolated { $0.admit(viewer) } }
  }

  /// The viewer is shown nothing more; one that is not there is fine.
  package nonisolated func remove(_ viewer: any PictureViewer) {
    loop.execute { self.assumeIsolated { $0.dismiss(viewer) } }
  }

  /// Ends all viewers and the connection; requests for one picture that wait are answered still.
  /// - Returns: how many viewers there were.
  @discardableResult
  package func stopViewers() -> Int {
    let ended = viewers
    viewers = [:]
    for viewer in ended.values { viewer.ended() }
    if !isDemanded { disconnect() }
    return ended.count
  }

  /// Another way to the camera: a new address, access code or pin. The old connection ends first.
  package func retarget(_ makeSource: @escaping MakeSource) {
    self.makeSource = makeSource
    disconnect()
    backoff.reset()
    failures = 0
    hasGivenUp = false
    problem = nil
    // What has just ended may still be ending at the camera; a refusal was the old target's.
    notBefore = loop.now.advanced(by: timings.settle)
    if isDemanded { scheduleAttempt() }
  }

  /// Ends everything, for good.
  package func shutdown() {
    isShutDown = true
    stopViewers()
    requests.failAll(.noPicture(problem ?? .closed))
    disconnect()
  }

  package func status() -> CameraStatus {
    let phase: CameraStatus.Phase =
      if let declared { .down(declared) } else if latest != nil { .live } else {
        upstream == nil && attemptTimer == nil ? .idle : .connecting
      }
    return CameraStatus(
      phase: phase, viewers: viewers.count, framesPerSecond: latest == nil ? nil : rhythm.framesPerSecond,
      pictureAge: rhythm.last.map { loop.now - $0 }, size: size)
  }

  private func admit(_ viewer: any PictureViewer) {
    guard !isShutDown, viewers.count < Self.viewerLimit else { return viewer.ended() }
    viewers[ObjectIdentifier(viewer)] = viewer
    mayComeBack = true
    demand()
    if let latest, isFresh(latest, within: rhythm.limit) {
      viewer.show(latest)
    } else if let outage {
      viewer.show(outage)
    } else {
      declareIfFar()
    }
  }

  private func dismiss(_ viewer: any PictureViewer) {
    guard viewers.removeValue(forKey: ObjectIdentifier(viewer)) != nil else { return }
    relax()
  }

  // MARK: Demand

  var isDemanded: Bool { !viewers.isEmpty || !requests.isEmpty }

  /// Somebody wants pictures.
  func demand() {
    lingerTimer?.cancel()
    lingerTimer = nil
    if hasGivenUp {
      hasGivenUp = false
      failures = 0
      backoff.reset()
      attemptTimer?.cancel()
      attemptTimer = nil
      if problem?.isRefusal != true { notBefore = nil }
    }
    scheduleAttempt()
  }

  /// Somebody wants no more; when nobody does, the camera is let go of after a while, or at once where nobody
  /// is to come back.
  func relax() {
    guard !isDemanded, lingerTimer == nil else { return }
    lingerTimer = loop.schedule(after: mayComeBack ? timings.linger : .zero) { [weak self] in
      self?.assumeIsolated { me in
        me.lingerTimer = nil
        if !me.isDemanded { me.disconnect() }
      }
    }
  }

  func isFresh(_ picture: CameraPicture, within age: Duration) -> Bool { loop.now - picture.arrived <= age }
}

/// The camera gives pictures, or has ceased to.
package enum CameraChange: Hashable, Sendable {
  case online
  case offline(CameraProblem)
}

/// A camera as it is now.
package struct CameraStatus: Hashable, Sendable {
  package enum Phase: Hashable, Sendable {
    /// Nobody looks.
    case idle
    /// Somebody looks, and there is no picture yet.
    case connecting
    case live
    /// There are no pictures although somebody looked.
    case down(CameraProblem)
  }

  package var phase: Phase
  package var viewers: Int
  /// Measured; nil while there are no pictures.
  package var framesPerSecond: Double?
  /// Since the last picture came; nil before the first.
  package var pictureAge: Duration?
  /// Of the pictures of the last connection.
  package var size: PictureSize?
}
