import Export
import Model

/// The files that exports come as (contract, section 1).
package enum ExportFormat: String, CaseIterable, Sendable {
  case csv, xlsx
}

extension Spool {
  /// Writes a table into a file of the spool, a page of rows at a time.
  func export(
    _ table: ExportTable, as format: ExportFormat, page: () async throws -> [[ExportValue]]
  ) async throws -> SpoolFile {
    let file = try makeFile()
    do {
      try await Export.write(table, as: format == .csv ? .csv : .xlsx, to: file.path, folder: folder, page: page)
    } catch let error as ExportError {
      switch error {
      case .storage: throw Fault(.storageFull, "The export could not be written. Free some space, then try again.")
      case .noWorkbooks:
        throw Fault(
          .serviceUnavailable, "This board lacks the library for workbooks. Ask for format=csv.", retryAfter: 3600)
      case .tooManyRows:
        throw Fault(.conflict, "A sheet has 1,048,575 rows at most. Ask for a shorter time, or for format=csv.")
      }
    }
    try file.openFound()
    return file
  }
}
