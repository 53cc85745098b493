import Glibc
import Link
import Logging
import Model
import Rules

/// Fetches the file of one print from its printer into a folder of ours, and makes sure that it is that print's.
///
/// One operation at a time goes to a printer, and this one gives way to whatever else is wanted of it.
struct JobFetcher: Sendable {
  /// What is known of the print whose file is looked for.
  struct Job: Sendable {
    var archive: ArchiveID
    var printer: PrinterID
    var search: JobFileSearch
    /// Where the file lies, where we have started it.
    var sentFile: StoragePath?
    var plate: Int?
  }

  struct Fetched: Sendable {
    var path: String
    var name: String
    var facts: PrintFileFacts
  }

  enum Outcome: Sendable {
    case fetched(Fetched)
    /// There is none to be had; ends the sentence "The file could not be fetched: …".
    case missing(String)
    case stopped
  }

  private enum Attempt {
    case fetched(Fetched)
    case missing(String)
    /// Somebody else wanted something of the printer's files.
    case gaveWay
    /// Another try would end in the same way.
    case hopeless(String)
  }

  /// Bytes of the disk that are never taken: the database needs room.
  private static let reserve: Int64 = 64 << 20
  /// So many files that may be the one are looked into in one try.
  private static let candidateLimit = 3

  let storage: @Sendable (PrinterID) async throws(Fault) -> PrinterStorage
  let folder: String
  let limit: @Sendable () -> Int64
  let read: @Sendable (String) throws -> PrintFileFacts
  /// Between two tries; tests shorten it.
  var interval = Duration.seconds(JobFetch.interval)

  func run(_ job: Job) async -> Outcome {
    var reason = "nothing like it lies on the printer"
    var misses = 0
    while !Task.isCancelled {
      switch await attempt(job) {
      case .fetched(let fetched): return .fetched(fetched)
      case .hopeless(let reason): return Task.isCancelled ? .stopped : .missing(reason)
      case .gaveWay: await (try? storage(job.printer))?.quiet()
      case .missing(let why):
        reason = why
        misses += 1
        if misses >= JobFetch.tries { return .missing(reason) }
      }
      do { try await Task.sleep(for: interval) } catch { return .stopped }
    }
    return .stopped
  }

  /// Removes what is left of a fetch.
  func clear(_ archive: ArchiveID) {
    for name in FolderNames.all(in: folder) where Self.archive(of: name) == archive { unlink("\(folder)/\(name)") }
  }

  /// The record to which a file of the folder belongs.
  static func archive(of name: String) -> ArchiveID? {
    Int64(name.prefix { $0 != "." }).map(ArchiveID.init(rawValue:))
  }

  private func attempt(_ job: Job) async -> Attempt {
    do throws(StorageError) {
      let storage: PrinterStorage
      do throws(Fault) { storage = try await self.storage(job.printer) } catch {
        return .hopeless("the printer was deleted")
      }
      var reason = "nothing like it lies on the printer"
      for entry in try await candidates(job, storage).prefix(Self.candidateLimit) {
        if entry.size > limit() { return .hopeless("it is larger than the setting upload.max_bytes") }
        guard hasRoom(for: entry.size) else { return .hopeless("the service's own storage is full") }
        let local = "\(folder)/\(job.archive).file"
        try await storage.downloadAside(entry.path, to: local, limit: limit())
        do {
          let facts = try await OwnThread.run(named: "print file", stackBytes: 512 * 1024) { try read(local) }
          if let plate = job.plate, facts.kind == .project, !facts.hasPlate(plate) {
            reason = "the file on the printer does not have plate \(plate)"
          } else {
            return .fetched(Fetched(path: local, name: entry.name, facts: facts))
          }
        } catch {
          // Half of it is there: the other half comes.
          reason = "the file on the printer cannot be read: \(error)"
        }
        unlink(local)
      }
      return .missing(reason)
    } catch {
      return Self.judge(error)
    }
  }

  private func candidates(_ job: Job, _ storage: PrinterStorage) async throws(StorageError) -> [StorageEntry] {
    if let path = job.sentFile {
      let size = try await storage.size(of: path)
      return [StorageEntry(name: path.name, path: path, size: size, modified: nil, isDirectory: false)]
    }
    var entries: [StorageEntry] = []
    for folder in JobFileSearch.folders {
      do throws(StorageError) {
        entries += try await storage.entries(of: folder)
      } catch .notFound {
        // Not every model has it.
        continue
      }
    }
    return job.search.matches(among: entries)
  }

  private static func judge(_ error: StorageError) -> Attempt {
    switch error {
    case .cancelled, .tooManyWaiting: .gaveWay
    case .wrongAccessCode, .untrusted, .notTLS, .tooLarge, .noLibrary, .local: .hopeless(sentence(error))
    default: .missing(sentence(error))
    }
  }

  private static func sentence(_ error: StorageError) -> String {
    let text = error.fault.message
    return String(text.prefix(1)).lowercased() + String(text.dropFirst().prefix { $0 != "." })
  }

  private func hasRoom(for bytes: Int64) -> Bool {
    var figures = statvfs()
    guard statvfs(folder, &figures) == 0 else { return true }
    let free = Int64(clamping: UInt64(figures.f_bavail)).multipliedReportingOverflow(by: Int64(figures.f_frsize))
    return free.overflow || free.partialValue - bytes >= Self.reserve
  }
}
