package import Logging
package import Model
import Reach
import Rules
import Synchronization
import Wire

/// What is known of a newer version.
package struct UpdateCheck: Hashable, Sendable {
  package var current: String
  package var latest: String?
  package var isAvailable = false
  package var notes: String?
  package var checkedAt: Timestamp?
  /// Why nothing newer is known.
  package var error: String?
}

/// How an update stands.
package struct UpdateStanding: Hashable, Sendable {
  package enum State: String, Sendable, CaseIterable {
    case idle, downloading, verifying, installing, restarting, failed

    /// Something goes on.
    package var isUnderWay: Bool { self != .idle && self != .failed }
  }

  package var state = State.idle
  /// 0 to 100, of this state.
  package var percent = 0
  package var version: String?
  package var error: String?
  package var slot: String?
}

/// Finds, checks and installs updates (contract, section 5, "Updates, system").
package actor UpdateDesk {
  /// What it works with.
  package struct Surroundings: Sendable {
    /// nil in a build without a key: nothing can be checked then, and nothing is installed.
    package let judge: UpdateJudge?
    package let version: String
    package let slots: any UpdateSlots
    package let source: UpdateSource
    package let spool: Spool
    /// What speaks against an interruption at this moment, thrown as a `Fault`.
    package let objection: @Sendable () async throws -> Void
    /// An update goes on, or is over: for the lights.
    package let tell: @Sendable (Bool) async -> Void
    package let clock: any WallClock
    package let logger: Logger

    package init(
      judge: UpdateJudge?, version: String, slots: any UpdateSlots, source: UpdateSource, spool: Spool,
      objection: @escaping @Sendable () async throws -> Void, tell: @escaping @Sendable (Bool) async -> Void,
      clock: any WallClock, logger: Logger
    ) {
      self.judge = judge
      self.version = version
      self.slots = slots
      self.source = source
      self.spool = spool
      self.objection = objection
      self.tell = tell
      self.clock = clock
      self.logger = logger
    }
  }

  /// An answer holds so long, so that asking often asks the server once.
  private static let freshness = 60.0

  private let surroundings: Surroundings
  private var standing = UpdateStanding()
  private var known: (check: UpdateCheck, manifest: UpdateManifest?)?
  private var work: Task<Void, Never>?

  package init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  package func stop() async {
    work?.cancel()
    await work?.value
  }

  package var state: UpdateStanding {
    var standing = standing
    standing.slot = surroundings.slots.current
    return standing
  }

  // MARK: Looking

  /// - Throws: `CONFLICT` in a build without a key.
  package func check() async throws(Fault) -> UpdateCheck { try await look().check }

  private func judge() throws(Fault) -> UpdateJudge {
    guard let judge = surroundings.judge else {
      throw Fault(
        .conflict,
        "This build knows no key for updates, so it can believe none. Install a new version as you installed this one.")
    }
    return judge
  }

  private func look() async throws(Fault) -> (check: UpdateCheck, manifest: UpdateManifest?) {
    let judge = try judge()
    let now = surroundings.clock.now
    if let known, let at = known.check.checkedAt,
      abs(Double(now.milliseconds - at.milliseconds)) < Self.freshness * 1000
    {
      return known
    }
    var check = UpdateCheck(current: surroundings.version)
    check.checkedAt = now
    var manifest: UpdateManifest?
    do {
      let found = try judge.manifest(try await surroundings.source.manifest())
      guard found.architecture == judge.architecture else {
        throw Fault(.conflict, "There is no version for this board, whose processor is \(judge.architecture).")
      }
      manifest = found
      check.latest = found.version
      check.notes = found.notes
      check.isAvailable = ReleaseVersion(found.version).map { $0 > judge.running } ?? false
    } catch {
      check.error = (error as? Fault)?.message ?? (error as? ReachError)?.description ?? "The update server failed."
    }
    known = (check, manifest)
    return (check, manifest)
  }

  // MARK: Installing

  /// Fetches and installs the version that is offered; it goes on by itself.
  ///
  /// - Parameter version: the one that is meant; only so an older one is taken.
  package func apply(version: String?) async throws -> UpdateStanding {
    let judge = try judge()
    try surroundings.slots.check()
    try requireIdle()
    try await surroundings.objection()
    let found = try await look()
    guard let manifest = found.manifest else {
      throw Fault(.conflict, found.check.error ?? "The update server offers nothing.")
    }
    try judge.allow(manifest, named: version)
    let file = try surroundings.spool.makeFile(expecting: manifest.size)
    return try begin(.downloading, manifest.version) { desk in
      try await desk.surroundings.source.fetch(manifest, into: file, progress: desk.teller(of: .downloading))
      let bundle = try OpenedBundle(file, judge)
      guard bundle.manifest.version == manifest.version, bundle.manifest.sha256 == manifest.sha256 else {
        throw UpdateJudge.refused("the bundle is another one than was offered")
      }
      return bundle
    }
  }

  /// Installs a bundle that somebody sent; it goes on by itself.
  package func apply(_ file: SpoolFile, version: String?) async throws -> UpdateStanding {
    let judge = try judge()
    try surroundings.slots.check()
    try requireIdle()
    try await surroundings.objection()
    let bundle = try OpenedBundle(file, judge)
    try judge.allow(bundle.manifest, named: version)
    return try begin(.verifying, bundle.manifest.version) { _ in bundle }
  }

  /// What can be refused before a body is read.
  package func checkReadiness() throws {
    _ = try judge()
    try surroundings.slots.check()
    try requireIdle()
  }

  private func requireIdle() throws(Fault) {
    guard !standing.state.isUnderWay else {
      throw Fault(.conflict, "An update is under way already. Wait until it is done.")
    }
  }

  private func begin(
    _ state: UpdateStanding.State, _ version: String,
    _ open: @escaping @Sendable (UpdateDesk) async throws -> OpenedBundle
  ) throws(Fault) -> UpdateStanding {
    // Somebody else may have been quicker.
    try requireIdle()
    standing = UpdateStanding(state: state, percent: 0, version: version)
    // Ends with the update; `stop` cancels it and waits.
    work = Task { await self.run(version, open) }
    return self.state
  }

  private func run(_ version: String, _ open: @Sendable (UpdateDesk) async throws -> OpenedBundle) async {
    let slots = surroundings.slots
    surroundings.logger.notice("an update begins", metadata: ["version": "\(version)"])
    await surroundings.tell(true)
    do {
      let bundle = try await open(self)
      enter(.verifying)
      try await bundle.verify(teller(of: .verifying))
      enter(.installing)
      try await slots.install(bundle.payload, version: version, progress: teller(of: .installing))
      try await surroundings.objection()
      enter(.restarting)
      try await slots.restart()
    } catch {
      standing.state = .failed
      standing.error =
        (error as? Fault)?.message ?? (error as? ReachError)?.description ?? "It broke off. The log says more."
      surroundings.logger.error("an update failed", metadata: ["error": "\(error)"])
      await surroundings.tell(false)
    }
  }

  private func enter(_ state: UpdateStanding.State) {
    standing.state = state
    standing.percent = 0
  }

  /// Takes per cent from any thread; many for one that is shown.
  private nonisolated func teller(of state: UpdateStanding.State) -> @Sendable (Int) -> Void {
    let gate = PercentGate()
    return { percent in
      guard gate.isNew(percent) else { return }
      // A word in passing: nothing waits for it.
      Task { await self.note(percent, in: state) }
    }
  }

  private func note(_ percent: Int, in state: UpdateStanding.State) {
    guard standing.state == state else { return }
    standing.percent = max(standing.percent, min(100, max(0, percent)))
  }
}

/// Lets each per cent through once.
private final class PercentGate: Sendable {
  private let last = Mutex(-1)

  func isNew(_ percent: Int) -> Bool {
    last.withLock { last in
      defer { last = max(last, percent) }
      return percent > last
    }
  }
}
