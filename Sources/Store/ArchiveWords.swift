/// The full-text index of the archive.
///
/// Triggers note whose words have changed and what the index holds of them; before a transaction ends, the index is brought
/// up to date. So whoever writes a record, a project or a printer need not think of it.
enum ArchiveWords {
  /// Does what is due; nothing is the rule, and costs one look at an empty table.
  static func settle(_ connection: Connection) throws(SQLiteError) {
    let isDue = try connection.row("SELECT 1 AS one FROM archive_words_due LIMIT 1") { (_) throws(SQLiteError) in true }
    guard isDue == true else { return }
    try connection.execute(
      """
      INSERT INTO archive_words (archive_words, rowid, name, filename, notes, tags, filament, printer, project)
        SELECT 'delete', archive_id, name, filename, notes, tags, filament, printer, project
        FROM archive_words_due WHERE is_indexed = 1
      """)
    try connection.execute(
      """
      INSERT INTO archive_words (rowid, name, filename, notes, tags, filament, printer, project)
        SELECT archives.id, coalesce(archives.name, task_name), archives.filename, archives.notes, tags_json,
          filament_type, printer_name, projects.name
        FROM archive_words_due JOIN archives ON archives.id = archive_id LEFT JOIN projects ON projects.id = project_id
        WHERE is_system = 0
      """)
    try connection.execute("DELETE FROM archive_words_due")
  }
}
