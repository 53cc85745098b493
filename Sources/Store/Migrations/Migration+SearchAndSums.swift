extension Migration {
  static let searchAndSums = Migration(
    number: 13,
    // Beginnings of one letter have an index of their own: without it, one letter goes through the lists of all words that
    // begin so, tens of thousands of them. And sums of energy are read from the index of the other sums.
    script: """
      DROP TABLE archive_words;
      CREATE VIRTUAL TABLE archive_words USING fts5 (name, filename, notes, tags, filament, printer, project,
        content = '', columnsize = 0, prefix = '1', tokenize = 'unicode61 remove_diacritics 2');
      INSERT INTO archive_words (rowid, name, filename, notes, tags, filament, printer, project)
        SELECT archives.id, coalesce(archives.name, task_name), filename, notes, tags_json, filament_type, printer_name,
          projects.name
        FROM archives LEFT JOIN projects ON projects.id = project_id WHERE is_system = 0;
      DELETE FROM archive_words_due;

      DROP INDEX archives_for_statistics;
      CREATE INDEX archives_for_statistics ON archives (created_ms, printer_id, status, duration_s, filament_used_g,
          cost, cost_override, filament_type, energy_kwh, energy_cost, deleted_ms, is_system)
        WHERE deleted_ms IS NULL AND is_system = 0 AND status <> 'printing';
      """)
}
