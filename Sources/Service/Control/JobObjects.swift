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
      let facts = try await OwnThread.run(named: "print file", stackBytes: 512 * 1024) {
        try PrintFile.read(path: path)
      }
      guard let plate = facts.meantPlate(job.plate) else { return nil }
      let objects = plate.printedObjectIDs
      return objects.isEmpty ? nil : objects
    } catch {
      logger.warning("the file of a job could not be read for its objects", metadata: ["error": "\(error)"])
      return nil
    }
  }
}
