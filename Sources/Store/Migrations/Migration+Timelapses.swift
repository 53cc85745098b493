extension Migration {
  static let timelapses = Migration(
    number: 5,
    // What was filmed outlives its printer's entry, as a print does. The files have the numbers of the rows.
    script: """
      ALTER TABLE printers ADD COLUMN camera_url TEXT;

      CREATE TABLE timelapses (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        printer_id INTEGER REFERENCES printers (id) ON DELETE SET NULL,
        printer_name TEXT NOT NULL,
        print_id INTEGER REFERENCES prints (id),
        task_name TEXT,
        is_recording INTEGER NOT NULL,
        end_reason TEXT,
        frames INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        begun_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX timelapses_by_printer ON timelapses (printer_id, id);

      CREATE TABLE finish_photos (
        print_id INTEGER PRIMARY KEY REFERENCES prints (id),
        bytes INTEGER NOT NULL,
        taken_ms INTEGER NOT NULL
      ) STRICT;
      """)
}
