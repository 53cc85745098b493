package import Logging
package import Model
package import Store

/// A backup as it is shown: being made, kept, or failed.
package struct BackupEntry: Hashable, Sendable {
  package enum State: String, Sendable, CaseIterable { case running, done, failed }

  /// The milliseconds of its moment.
  package var number: Int64
  package var state: State
  /// 0 to 100.
  package var percent: Int
  /// nil while it is being made.
  package var bytes: Int64?
  /// It is encrypted and holds the secrets.
  package var isSealed: Bool
  package var error: String?

  package var madeAt: Timestamp { Timestamp(milliseconds: number) }
}

/// Makes backups, one at a time, when somebody asks or by a plan, and keeps a bounded number of them.
package actor BackupDesk {
  /// Days between planned ones; 0 is never. And how many are kept.
  package typealias Plan = @Sendable () -> (days: Int, kept: Int)

  private static let interval = Duration.seconds(1800)

  private let maker: BackupMaker
  private let shelf: BackupShelf
  private let clock: any WallClock
  private let logger: Logger
  private let plan: Plan
  private var current: (entry: BackupEntry, progress: BackupProgress)?
  private var failed: BackupEntry?
  private var work: Task<Void, Never>?
  private var rounds: Task<Void, Never>?
  private var lastNumber: Int64 = 0

  package init(
    maker: BackupMaker, shelf: BackupShelf, clock: any WallClock, logger: Logger, plan: @escaping Plan
  ) {
    self.maker = maker
    self.shelf = shelf
    self.clock = clock
    self.logger = logger
    self.plan = plan
  }

  package func start() {
    rounds = Task { [weak self] in
      while !Task.isCancelled {
        do { try await Task.sleep(for: Self.interval, tolerance: .seconds(60)) } catch { return }
        await self?.look()
      }
    }
  }

  package func stop() async {
    rounds?.cancel()
    current?.progress.cancel()
    await work?.value
  }

  /// Makes one where the plan says that it is due; a failed one is tried again at the next look.
  func look() {
    let days = plan().days
    guard days > 0, clock.isSet, current == nil else { return }
    let last = shelf.entries.first?.number ?? 0
    guard clock.now.milliseconds - last >= Int64(days) * 86_400_000 else { return }
    _ = try? begin(passphrase: nil)
  }

  /// Begins one; it goes on by itself.
  ///
  /// - Throws: `CONFLICT` while another one is being made.
  package func begin(passphrase: Secret?) throws(Fault) -> BackupEntry {
    guard current == nil else {
      throw Fault(.conflict, "A backup is being made already. Wait until it is done.")
    }
    lastNumber = max(clock.now.milliseconds, lastNumber + 1, (shelf.entries.first?.number ?? 0) + 1)
    let entry = BackupEntry(number: lastNumber, state: .running, percent: 0, isSealed: passphrase != nil)
    let progress = BackupProgress()
    current = (entry, progress)
    failed = nil
    // Ends with the backup; `stop` cancels it by its progress and waits.
    work = Task { await self.make(entry, passphrase, progress) }
    return entry
  }

  private func make(_ entry: BackupEntry, _ passphrase: Secret?, _ progress: BackupProgress) async {
    do {
      try await maker.make(
        shelf.path(entry.number, isSealed: entry.isSealed), passphrase: passphrase, now: entry.madeAt,
        progress: progress)
      current = nil
      for old in shelf.entries.dropFirst(max(1, plan().kept)) { shelf.remove(old) }
      logger.notice("a backup was made", metadata: ["backup": "\(entry.number)"])
    } catch {
      current = nil
      var entry = entry
      entry.state = .failed
      entry.error = Self.sentence(error)
      failed = entry
      logger.error("a backup failed", metadata: ["error": "\(error)"])
    }
  }

  /// Without a path: those are for the log.
  static func sentence(_ error: any Error) -> String {
    switch error {
    case let problem as BackupProblem: problem.description
    case let failure as StoreFailure where failure.kind == .diskFull:
      "The disk has not enough room. Delete older backups, archives or time-lapses."
    case let failure as StoreFailure where failure.kind == .closed: "The service was stopped meanwhile."
    case let fault as Fault: fault.message
    default: "The disk failed. The log says more."
    }
  }

  /// The newest first.
  package var all: [BackupEntry] {
    let kept = shelf.entries.map { entry in
      BackupEntry(number: entry.number, state: .done, percent: 100, bytes: entry.bytes, isSealed: entry.isSealed)
    }
    return ([running, failed].compactMap { $0 } + kept).sorted { $0.number > $1.number }
  }

  private var running: BackupEntry? {
    guard var entry = current?.entry, let progress = current?.progress else { return nil }
    entry.percent = progress.percent
    return entry
  }

  /// - Throws: `NOT_FOUND`
  package func entry(_ number: Int64) throws(Fault) -> BackupEntry {
    guard let entry = all.first(where: { $0.number == number }) else { throw Self.missing(number) }
    return entry
  }

  /// Where a finished one lies.
  ///
  /// - Throws: `NOT_FOUND`, or `CONFLICT` while it is being made.
  package func kept(_ number: Int64) throws(Fault) -> BackupShelf.Entry {
    guard let entry = shelf.entries.first(where: { $0.number == number }) else {
      if current?.entry.number == number { throw Fault(.conflict, "This backup is still being made.") }
      throw Self.missing(number)
    }
    return entry
  }

  package func open(_ number: Int64) throws(Fault) -> KeptFile { try KeptFile(try kept(number).path, limit: .max) }

  /// - Throws: `NOT_FOUND`, or `CONFLICT` while it is being made.
  package func delete(_ number: Int64) throws(Fault) {
    if failed?.number == number {
      failed = nil
      return
    }
    shelf.remove(try kept(number))
  }

  private static func missing(_ number: Int64) -> Fault { Fault(.notFound, "There is no backup \(number).") }
}
