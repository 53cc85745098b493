extension Migration {
  static let queue = Migration(
    number: 12,
    // Every step of an item is a column that is written before the step is taken. Its place is a rank, which it keeps
    // while it is under way: what comes back stands where it stood. What is known of a plate is kept with the job that
    // it was said of.
    script: """
      CREATE TABLE queue_items (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        archive_id INTEGER REFERENCES archives (id) ON DELETE SET NULL,
        printer_id INTEGER REFERENCES printers (id) ON DELETE SET NULL,
        model TEXT,
        among TEXT,
        scheduled_ms INTEGER,
        plate INTEGER NOT NULL,
        copies INTEGER NOT NULL,
        mapping TEXT,
        options_json TEXT NOT NULL,
        auto_power_off INTEGER NOT NULL,
        demand_json TEXT NOT NULL,
        status TEXT NOT NULL,
        rank INTEGER NOT NULL,
        copy_of INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        retry_ms INTEGER,
        machine_id INTEGER REFERENCES printers (id) ON DELETE SET NULL,
        task_id INTEGER,
        path TEXT,
        trays TEXT,
        dispatched_ms INTEGER,
        sent_ms INTEGER,
        sign_ms INTEGER,
        started_ms INTEGER,
        completed_ms INTEGER,
        is_unproven INTEGER NOT NULL DEFAULT 0,
        is_cooling INTEGER NOT NULL DEFAULT 0,
        print_archive_id INTEGER REFERENCES archives (id) ON DELETE SET NULL,
        error TEXT,
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL,
        CHECK (status IN ('pending', 'dispatching', 'printing', 'completed', 'failed', 'cancelled', 'skipped')),
        CHECK (copies > 0)
      ) STRICT;
      CREATE INDEX queue_items_live ON queue_items (rank, id) WHERE status IN ('pending', 'dispatching', 'printing');
      CREATE INDEX queue_items_ended ON queue_items (completed_ms, id)
        WHERE status NOT IN ('pending', 'dispatching', 'printing');
      CREATE INDEX queue_items_by_archive ON queue_items (archive_id);
      CREATE INDEX queue_items_by_print ON queue_items (print_archive_id) WHERE print_archive_id IS NOT NULL;
      CREATE INDEX queue_items_by_printer ON queue_items (printer_id);
      CREATE INDEX queue_items_by_machine ON queue_items (machine_id);

      CREATE TABLE queue_pauses (
        scope TEXT PRIMARY KEY,
        printer_id INTEGER UNIQUE REFERENCES printers (id) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;

      ALTER TABLE printers ADD COLUMN is_plate_known INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE printers ADD COLUMN plate_job TEXT;
      UPDATE printers SET is_plate_known = is_plate_cleared;
      """)
}
