extension Migration {
  static let openArchives = Migration(
    number: 11,
    // Prints whose file or figures are still due. A table of its own: looking for them among 100,000 would read them all.
    // Photos lie in the vault from now on.
    script: """
      DELETE FROM photos WHERE sha256 IS NULL;
      ALTER TABLE archives ADD COLUMN file_error TEXT;
      ALTER TABLE print_starts ADD COLUMN archive_id INTEGER REFERENCES archives (id) ON DELETE SET NULL;
      ALTER TABLE print_starts ADD COLUMN plate INTEGER;

      CREATE TABLE open_archives (
        archive_id INTEGER PRIMARY KEY REFERENCES archives (id) ON DELETE CASCADE
      ) STRICT;
      CREATE TRIGGER archives_opened AFTER INSERT ON archives WHEN new.status = 'printing' BEGIN
        INSERT INTO open_archives VALUES (new.id);
      END;
      INSERT INTO open_archives SELECT archive_id FROM tracked_prints;
      """)
}
