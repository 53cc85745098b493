package import Logging
package import Model
import Rules
package import Store

/// Completes the records of prints by themselves: fetches each print's file from its printer, reads and keeps it, and
/// works out at the end what was used (contract, section 5, "Archives"; protocol sheet, sections 4 and 7).
///
/// The record itself is the print journal's. What is still due of it is on the disk, so that a restart goes on.
package actor PrintArchiver {
  /// What is still due of a record.
  private struct Work {
    var printer: PrinterID
    var fetching: Task<Void, Never>?
    /// Waits for the fetch, and closes the record.
    var closing: Task<Void, Never>?
    /// Its file is there, or cannot be had.
    var isFileSettled = false
  }

  let files: ArchiveFileRepository
  private let records: ArchiveRepository
  let vault: FileVault
  let fetcher: JobFetcher
  let clock: any WallClock
  let logger: Logger
  private let feed: EventFeed
  private let view: FleetView
  private let fetches: @Sendable () -> Bool
  private let queue = FetchQueue()
  private var works: [ArchiveID: Work] = [:]
  /// The record of the job on each printer.
  private var running: [PrinterID: ArchiveID] = [:]
  private var isStopping = false
  private var subscription: EventFeed.Subscription?
  private var inbox: AsyncStream<ServiceEvent>.Continuation?
  private var reader: Task<Void, Never>?
  /// How full the inbox may become: a state is soon followed by another, so the newest are kept.
  private static let inboxLimit = 1_024

  /// - Parameters:
  ///   - limit: the setting `upload.max_bytes`.
  ///   - fetches: the setting `archive.auto`.
  ///   - read: reads a file that has come; blocks.
  package init(
    fleet: Fleet, view: FleetView, feed: EventFeed, database: Database, vault: FileVault, clock: any WallClock,
    logger: Logger, limit: @escaping @Sendable () -> Int64,
    fetches: @escaping @Sendable () -> Bool,
    read: @escaping @Sendable (String) throws -> PrintFileFacts
  ) {
    files = ArchiveFileRepository(database)
    records = ArchiveRepository(database)
    self.vault = vault
    fetcher = JobFetcher(
      storage: { (id) async throws(Fault) in try await fleet.storage(of: id) }, folder: database.folder.fetches,
      limit: limit, read: read)
    self.view = view
    self.feed = feed
    self.clock = clock
    self.logger = logger
    self.fetches = fetches
  }

  // MARK: Begin and end

  /// Takes up what is still due, and follows the prints from then on.
  package func start() async {
    let (events, inbox) = AsyncStream.makeStream(
      of: ServiceEvent.self, bufferingPolicy: .bufferingNewest(Self.inboxLimit))
    self.inbox = inbox
    let marks = PrinterMarks<Bool>()
    subscription = feed.follow { event in
      switch event {
      case .printerState(let printer):
        // Only the moment at which a file can be had: while it can, nothing new follows from it.
        let isDue = Self.isDue(printer)
        guard marks.isNews(isDue, of: printer.identity.id), isDue else { return }
      case .print: break
      case .printerRemoved(let id): marks.forget(id)
      default: return
      }
      inbox.yield(event)
    }
    await takeUp()
    reader = Task { [weak self] in
      for await event in events { await self?.heard(event) }
    }
  }

  package func stop() async {
    isStopping = true
    subscription = nil
    inbox?.finish()
    reader?.cancel()
    await reader?.value
    let tasks = works.values.flatMap { [$0.fetching, $0.closing] }.compactMap(\.self)
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  private func takeUp() async {
    do {
      let open = try await files.open()
      for record in open {
        guard let printer = record.printerID else {
          await settle(record.id)
          continue
        }
        works[record.id] = Work(printer: printer, isFileSettled: record.hash != nil)
        if !record.hasEnded { running[printer] = record.id }
        if record.hasEnded { conclude(record.id) }
      }
      // What was on its way for a record that has its file meanwhile comes no more.
      let ids = Set(open.filter { $0.hash == nil }.map(\.id))
      for name in FolderNames.all(in: fetcher.folder) {
        guard let id = JobFetcher.archive(of: name), !ids.contains(id) else { continue }
        fetcher.clear(id)
      }
    } catch {
      logger.error("the prints that are still open could not be looked through", metadata: ["error": "\(error)"])
    }
  }

  // MARK: What happens

  private func heard(_ event: ServiceEvent) {
    switch event {
    case .printerState(let snapshot):
      guard let id = running[snapshot.identity.id], Self.isDue(snapshot) else { return }
      begin(id)
    case .print(.ended, let snapshot, let archive):
      guard let archive else { return }
      if running[snapshot.identity.id] == archive { running[snapshot.identity.id] = nil }
      if works[archive] == nil { works[archive] = Work(printer: snapshot.identity.id) }
      conclude(archive)
    case .print(_, let snapshot, let archive):
      guard let archive, running[snapshot.identity.id] != archive else { return }
      running[snapshot.identity.id] = archive
      if works[archive] == nil { works[archive] = Work(printer: snapshot.identity.id) }
      // As it stands by now: the record may have waited for the disk, and a state is looked at once.
      if Self.isDue(view[snapshot.identity.id] ?? snapshot) { begin(archive) }
    case .printerRemoved(let id):
      running[id] = nil
      for (archive, work) in works where work.printer == id {
        work.fetching?.cancel()
        conclude(archive)
      }
    default: break
    }
  }

  private static func isDue(_ snapshot: PrinterSnapshot) -> Bool {
    guard let report = snapshot.report, let state = report.gcodeState, snapshot.print?.isSystemJob != true else {
      return false
    }
    // What we sent ourselves need not be waited for.
    if snapshot.print?.archive != nil { return true }
    return JobFetch.isDue(
      model: snapshot.identity.model, state: state, preparePercent: report.job.preparePercent)
  }

  // MARK: The file

  /// Gets the file, once.
  private func begin(_ id: ArchiveID) {
    guard let work = works[id], work.fetching == nil, !work.isFileSettled else { return }
    works[id]?.fetching = Task { await self.complete(id, thenSettles: false) }
  }

  /// The print has ended: a file that is not there yet has its last chance, then the record is closed.
  private func conclude(_ id: ArchiveID) {
    guard let work = works[id], work.closing == nil else { return }
    works[id]?.closing = Task {
      await work.fetching?.value
      await self.complete(id, thenSettles: true)
    }
  }

  private func complete(_ id: ArchiveID, thenSettles: Bool) async {
    if works[id]?.isFileSettled == false {
      do { try await complete(id) } catch {
        logger.error("a print's file could not be kept", metadata: ["archive": "\(id)", "error": "\(error)"])
        let isFull = (error as? StoreFailure)?.kind == .diskFull
        if thenSettles {
          await miss(id, isFull ? "the service's own storage is full" : "the service could not keep it")
        }
      }
    }
    // At a stop all of it stays open for the next start.
    if thenSettles, !isStopping { await settle(id) }
  }

  private func complete(_ id: ArchiveID) async throws {
    guard let record = try await files.open(id), !record.isSystem else { return }
    if let source = record.sourceID, try await takeOver(from: source, record) { return }
    guard record.hash == nil else {
      // The queue gave it the file of a record that was deleted since.
      works[id]?.isFileSettled = true
      return
    }
    guard let printer = record.printerID else { return await miss(id, "the printer was deleted") }
    guard fetches() else { return await miss(id, "the setting archive.auto is off") }
    let search = JobFileSearch(file: record.file, taskName: record.taskName, plate: record.plate)
    // The newest file may be that of the next print by now.
    guard !search.names.isEmpty || !record.hasEnded else { return await miss(id, "the printer did not name it") }
    let print = view[printer]?.print
    let sent = print?.taskName == record.taskName ? print?.sentFile : nil
    let job = JobFetcher.Job(
      archive: id, printer: printer, search: search,
      sentFile: sent.flatMap { try? StoragePath($0) }, plate: record.plate)
    switch await queue.passing({ [fetcher] in await fetcher.run(job) }) {
    case .stopped: return
    case .missing(let reason): await miss(id, reason)
    case .fetched(let fetched):
      let now = clock.now
      let isKept = try await vault.keep(fetched.path, now: now) { [files] file in
        try await files.attach(
          ArchiveFileRecord(fetched.facts, hash: file.hash, filename: fetched.name, plate: record.plate), to: id,
          now: now)
      }
      fetcher.clear(id)
      works[id]?.isFileSettled = true
      if isKept {
        logger.info("A print's file was archived.", metadata: ["archive": "\(id)", "file": "\(fetched.name)"])
        await tell(id)
      }
    }
  }

  /// The file that we sent is here already. Answers whether it is.
  private func takeOver(from source: ArchiveID, _ record: OpenArchive) async throws -> Bool {
    guard let (hash, name) = try await files.file(of: source), let file = try await vault.file(hash) else {
      return false
    }
    let read = fetcher.read
    let facts = try await OwnThread.run(named: "print file", stackBytes: 512 * 1024) { try read(file.path) }
    _ = try await files.attach(
      ArchiveFileRecord(facts, hash: hash, filename: name, plate: record.plate), to: record.id, now: clock.now)
    works[record.id]?.isFileSettled = true
    await tell(record.id)
    return true
  }

  private func miss(_ id: ArchiveID, _ reason: String) async {
    fetcher.clear(id)
    works[id]?.isFileSettled = true
    logger.notice(
      "A print is archived without its file.", metadata: ["archive": "\(id)", "reason": "\(reason)"])
    do {
      try await files.note(id, missing: "The file could not be fetched: \(reason).", now: clock.now)
      await tell(id)
    } catch {
      logger.error("that a file is missing could not be noted", metadata: ["error": "\(error)"])
    }
  }

  /// The record as it is now; one that is nobody's to see, or gone, is told of no more.
  private func tell(_ id: ArchiveID) async {
    do {
      if let record = try await records.get(id), record.deletedAt == nil { feed.publish(.archive(record)) }
    } catch {
      logger.error("a record could not be read", metadata: ["archive": "\(id)", "error": "\(error)"])
    }
  }

  // MARK: The end

  private func settle(_ id: ArchiveID) async {
    do {
      guard let record = try await files.open(id), record.hasEnded else {
        works[id] = nil
        return
      }
      let weights = record.filaments.compactMap(\.grams)
      let share = PrintShare.of(
        isWhole: record.isSuccess, layer: record.lastLayer, totalLayers: record.totalLayers,
        percent: record.lastPercent)
      let grams = weights.isEmpty ? nil : share.map { $0 * weights.reduce(0, +) }
      let prices = try await files.prices().map {
        FilamentCost.Price(type: $0.type, color: $0.color, perKilogram: $0.perKilogram)
      }
      let cost = grams.flatMap { FilamentCost.cost(of: record.filaments, used: $0, prices: prices) }
      let isNews = try await files.settle(id, grams: grams, cost: cost, now: clock.now)
      works[id] = nil
      if isNews { await tell(id) }
    } catch {
      logger.error(
        "what a print has used could not be noted", metadata: ["archive": "\(id)", "error": "\(error)"])
    }
  }
}
