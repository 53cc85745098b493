/// Writes tables as files, a page of rows at a time: memory does not grow with the number of rows.
package enum Export {
  package enum Format: String, Sendable, CaseIterable { case csv, xlsx }

  /// Writes a file that is whole when this returns, and gone when it throws.
  /// - Parameters:
  ///   - path: of a file that is not there yet.
  ///   - folder: on the same disk, for the workbook's rows until it is finished.
  ///   - page: the next rows, each with a value for each column; none at the end.
  /// - Throws: `ExportError`, or what `page` throws.
  package static func write(
    _ table: ExportTable, as format: Format, to path: String, folder: String,
    page: () async throws -> [[ExportValue]]
  ) async throws {
    switch format {
    case .csv:
      let file = try ExportFile(path: path)
      let writer = CSVWriter(table)
      try file.write(writer.heading())
      while true {
        let rows = try await page()
        if rows.isEmpty { break }
        try file.write(writer.rows(rows))
      }
      file.finish()
    case .xlsx:
      let workbook = try Workbook(table, path: path, folder: folder)
      while true {
        let rows = try await page()
        if rows.isEmpty { break }
        for row in rows { try workbook.append(row) }
      }
      try workbook.finish()
    }
  }
}
