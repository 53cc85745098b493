package import Logging
package import Model
import PrintFile
package import Store

/// Which objects the job on a printer has, by its file in the archive. The file is read when somebody asks, which is when
/// objects are skipped: a few times in a print at most.
package struct JobObjects: Sendable {
  private let prints: PrintRepository
  private let path: @Sendable (ContentHash) -> String
  private let logger: Logger

  /// - Parameter path: where a file of the archive lies.
  package init(database: Database, path: @escaping @Sendable (ContentHash) -> String, logger: Logger) {
    prints = PrintRepository(database)
    self.path = path
    self.logger = logger
  }

  /// The numbers that `skip_objects` takes; nil where the job has no file, or one that names no objects.
  package func objects(on printer: PrinterID) async -> Set<Int>? {
    do {
      guard let job = try await prints.followedFile(of: printer) else { return nil }
      let path = path(job.file)
      let facts = try await OwnThread.run { try PrintFile.read(path: path) }
      let printable = facts.plates.filter(\.hasGcode)
      // Where nobody has said which plate it is, a file of one leaves no doubt.
      let plate = job.plate.map { number in printable.first { $0.index == number } } ?? printable.first
      guard let plate, job.plate != nil || printable.count == 1 else { return nil }
      let objects = plate.printedObjectIDs
      return objects.isEmpty ? nil : objects
    } catch {
      logger.warning("the file of a job could not be read for its objects", metadata: ["error": "\(error)"])
      return nil
    }
  }
}
