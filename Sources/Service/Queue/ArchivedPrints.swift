package import Model
import PrintFile
package import Store

/// The archive's files as the queue prints them. What a file asks for is read from it once, when an item is made.
package struct ArchivedPrints: PrintSource {
  private let repository: QueueRepository
  private let vault: FileVault

  package init(database: Database, vault: FileVault) {
    repository = QueueRepository(database)
    self.vault = vault
  }

  package func facts(of archive: ArchiveID, visible: Set<PrinterID>?) async throws -> PrintFileFacts {
    let source = try await source(of: archive)
    if let visible, let printer = source.printer, !visible.contains(printer) { throw Self.missing(archive) }
    let file = try await stored(source)
    do throws(PrintFileError) {
      return try PrintFile.read(path: file.path)
    } catch {
      throw Fault(
        .invalidRequest, "archive_id must be an archive whose file can be printed. \(error.description)",
        fields: [InvalidValue("archive_id", "must be an archive whose file can be printed")])
    }
  }

  package func file(of archive: ArchiveID) async throws -> PrintableFile {
    let source = try await source(of: archive)
    let file = try await stored(source)
    return PrintableFile(name: source.name, path: file.path, holder: file)
  }

  private func source(of archive: ArchiveID) async throws -> QueueRepository.Source {
    guard let source = try await repository.source(of: archive) else { throw Self.missing(archive) }
    return source
  }

  private func stored(_ source: QueueRepository.Source) async throws -> StoredFile {
    if let hash = source.file, let file = try await vault.file(hash) { return file }
    throw Fault(InvalidValue("archive_id", "must be an archive with a file; of this print there is only the record"))
  }

  private static func missing(_ archive: ArchiveID) -> Fault {
    Fault(.archiveNotFound, "There is no archive \(archive).")
  }
}
