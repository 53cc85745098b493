package import Logging
import Model
import Rules
package import Store

/// How long the archive keeps what, and how much (settings `archive.*`).
package struct ArchiveBounds: Hashable, Sendable {
  /// Bytes of all files; 0 is no bound.
  package var quotaBytes: Int64
  /// Days after which a record goes to the bin; 0 is never.
  package var keepDays: Int
  /// Days in the bin.
  package var binDays: Int

  package init(quotaBytes: Int64, keepDays: Int, binDays: Int) {
    self.quotaBytes = quotaBytes
    self.keepDays = keepDays
    self.binDays = binDays
  }
}

/// Keeps the archive within its bounds and its files in order; whatever goes is told.
package actor ArchiveUpkeep {
  private static let interval = Duration.seconds(3600)

  private let rows: RetentionRepository
  private let vault: FileVault
  private let feed: EventFeed
  private let clock: any WallClock
  private let logger: Logger
  private let bounds: @Sendable () -> ArchiveBounds
  private var rounds: Task<Void, Never>?
  private var subscription: EventFeed.Subscription?
  private var isAtWork = false

  package init(
    database: Database, vault: FileVault, feed: EventFeed, clock: any WallClock, logger: Logger,
    bounds: @escaping @Sendable () -> ArchiveBounds
  ) {
    rows = RetentionRepository(database)
    self.vault = vault
    self.feed = feed
    self.clock = clock
    self.logger = logger
    self.bounds = bounds
  }

  /// Sweeps what a crash has left, then looks after the bounds: each hour, and after each print.
  package func start() {
    rounds = Task { [weak self] in
      await self?.sweep()
      while !Task.isCancelled {
        await self?.look()
        do { try await Task.sleep(for: Self.interval, tolerance: .seconds(60)) } catch { return }
      }
    }
    subscription = feed.follow { [weak self] event in
      guard case .print(let step, _, _) = event, case .ended = step else { return }
      // Owned by nobody: one look, which gives up where one is under way.
      Task { await self?.look() }
    }
  }

  package func stop() async {
    subscription = nil
    rounds?.cancel()
    await rounds?.value
  }

  /// Removes what is out of its bounds now; for whoever has deleted or added something.
  package func look() async {
    guard !isAtWork else { return }
    isAtWork = true
    defer { isAtWork = false }
    do {
      let bounds = bounds()
      // Ages are not judged by a clock that has not been set.
      if clock.isSet {
        try await age(bounds)
        let limit = clock.now.adding(seconds: -Double(bounds.binDays) * 86_400 + 0.001)
        let gone = try await empty(before: limit)
        if gone > 0 {
          logger.notice(
            "Records were removed from the bin.",
            metadata: ["records": "\(gone)", "archive.bin_days": "\(bounds.binDays)"])
        }
      }
      if bounds.quotaBytes > 0 { try await makeRoom(bounds.quotaBytes) }
    } catch {
      logger.error("the archive could not be looked after", metadata: ["error": "\(error)"])
    }
  }

  /// Something went to the bin: with no days there it is gone at once.
  package func emptyBin() async {
    guard bounds().binDays == 0 else { return }
    do {
      _ = try await empty(before: Timestamp(milliseconds: .max))
    } catch {
      logger.error("the bin could not be emptied", metadata: ["error": "\(error)"])
    }
  }

  private func sweep() async {
    do {
      let report = try await vault.sweep(unused: try await rows.unusedFiles())
      if report.removed + report.temporaries > 0 {
        logger.notice(
          "Files that belong to nothing were removed; the service was stopped in the middle of something.",
          metadata: ["files": "\(report.removed + report.temporaries)", "bytes": "\(report.removedBytes)"])
      }
      guard !report.lost.isEmpty else { return }
      try await rows.forget(report.lost, saying: "The file is no longer on the disk.", now: clock.now)
      try await vault.collect(report.lost)
      tell(
        "archive_files_lost", "Files of the archive are lost",
        "\(report.lost.count) files of the archive are not on the disk any more. Check the disk, and restore a backup.",
        .error)
    } catch {
      logger.error("the archive's files could not be looked through", metadata: ["error": "\(error)"])
    }
  }

  // MARK: Bounds

  private func age(_ bounds: ArchiveBounds) async throws {
    guard bounds.keepDays > 0 else { return }
    let now = clock.now
    let count = try await rows.discard(before: now.adding(seconds: -Double(bounds.keepDays) * 86_400), now: now)
    guard count > 0 else { return }
    tell(
      "archive_aged", "Old records went to the bin",
      """
      \(count) records of the archive are older than \(bounds.keepDays) days, the setting archive.keep_days. They stay \
      in the bin for \(bounds.binDays) days.
      """, .info)
  }

  private func empty(before moment: Timestamp) async throws -> Int {
    var gone = 0
    while true {
      let (records, files) = try await rows.empty(before: moment)
      guard records > 0 else { return gone }
      gone += records
      try await vault.collect(files)
    }
  }

  /// What is in the bin goes first; then the files, not the records, of what was printed the longest ago.
  private func makeRoom(_ quota: Int64) async throws {
    var total = try await vault.totals().bytes
    guard total > quota else { return }
    let before = total
    var records = 0
    while total > quota {
      let (count, files) = try await rows.empty(before: Timestamp(milliseconds: .max))
      guard count > 0 else { break }
      records += count
      try await vault.collect(files)
      total = try await vault.totals().bytes
    }
    var dropped = 0
    while total > quota {
      let reason = "The file was removed for room: the setting archive.quota_bytes."
      guard let (file, bytes) = try await rows.dropFile(saying: reason, now: clock.now) else { break }
      try await vault.collect([file])
      dropped += 1
      total -= bytes
    }
    tell(
      "archive_quota", "Files of the archive were removed for room",
      """
      The archive's files had \(before) bytes, more than the \(quota) of the setting archive.quota_bytes. \(records) \
      records left the bin, and \(dropped) files of old prints were removed; their records stay.
      """, .warning)
  }

  private func tell(_ event: String, _ title: String, _ message: String, _ level: ServiceNotice.Level) {
    logger.notice("\(message)", metadata: ["event": "\(event)"])
    feed.publish(.notice(ServiceNotice(event: event, title: title, message: message, level: level)))
  }
}
