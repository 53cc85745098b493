extension Migration {
  static let prints = Migration(
    number: 2,
    // A print outlives its printer's entry, so it keeps the name. A row has about 300 bytes, its indexes included.
    script: """
      CREATE TABLE prints (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        printer_id INTEGER REFERENCES printers (id) ON DELETE SET NULL,
        printer_name TEXT NOT NULL,
        subtask_id TEXT,
        task_name TEXT,
        file TEXT,
        started_ms INTEGER,
        followed_ms INTEGER NOT NULL,
        ended_ms INTEGER,
        is_end_time_known INTEGER NOT NULL DEFAULT 0,
        outcome TEXT,
        error TEXT,
        last_percent INTEGER,
        last_layer INTEGER,
        total_layers INTEGER,
        is_system INTEGER NOT NULL,
        CHECK (outcome IN ('success', 'failed', 'stopped', 'unknown')),
        CHECK ((ended_ms IS NULL) = (outcome IS NULL))
      ) STRICT;
      CREATE INDEX prints_by_printer ON prints (printer_id, followed_ms);
      CREATE INDEX prints_by_time ON prints (followed_ms);

      ALTER TABLE tracked_prints ADD COLUMN print_id INTEGER REFERENCES prints (id);
      CREATE UNIQUE INDEX tracked_prints_by_print ON tracked_prints (print_id);

      INSERT INTO prints (printer_id, printer_name, subtask_id, task_name, file, started_ms, followed_ms,
          last_percent, last_layer, total_layers, is_system)
        SELECT printer_id, name, subtask_id, task_name, file, started_ms, coalesce(started_ms, t.updated_ms),
          last_percent, last_layer, total_layers, 0
        FROM tracked_prints AS t JOIN printers ON printers.id = printer_id;
      UPDATE tracked_prints
        SET print_id = (SELECT id FROM prints WHERE prints.printer_id = tracked_prints.printer_id);
      """)
}
