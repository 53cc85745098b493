/// One step of the schema. Once released it is never changed: the next change is a new one.
package struct Migration: Sendable {
  /// 1, 2, 3, … without gaps; kept in `user_version`.
  package let number: Int
  package let script: String

  package init(number: Int, script: String) {
    self.number = number
    self.script = script
  }
}

/// All migrations in order. Moments are milliseconds since 1970 in UTC, as their names say.
package enum Schema {
  package static let migrations: [Migration] = [
    Migration(
      number: 1,
      // AUTOINCREMENT: the number of a printer or key that was deleted never means another one.
      script: """
        CREATE TABLE printers (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL,
          host TEXT NOT NULL,
          serial TEXT NOT NULL UNIQUE,
          access_code TEXT NOT NULL,
          model TEXT,
          mqtt_port INTEGER NOT NULL,
          ftps_port INTEGER NOT NULL,
          camera_port INTEGER,
          is_enabled INTEGER NOT NULL,
          pin_sha256_hex TEXT,
          trust_state TEXT NOT NULL,
          is_plate_cleared INTEGER NOT NULL,
          last_state TEXT,
          last_update_ms INTEGER,
          created_ms INTEGER NOT NULL,
          updated_ms INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE api_keys (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL,
          key_sha256 BLOB NOT NULL UNIQUE,
          permissions TEXT NOT NULL,
          has_all_printers INTEGER NOT NULL,
          expires_ms INTEGER,
          last_used_ms INTEGER,
          created_ms INTEGER NOT NULL,
          updated_ms INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE api_key_printers (
          key_id INTEGER NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
          printer_id INTEGER NOT NULL REFERENCES printers (id) ON DELETE CASCADE,
          PRIMARY KEY (key_id, printer_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX api_key_printers_by_printer ON api_key_printers (printer_id);

        CREATE TABLE settings (
          name TEXT PRIMARY KEY,
          value_json TEXT NOT NULL,
          updated_ms INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE tracked_prints (
          printer_id INTEGER PRIMARY KEY REFERENCES printers (id) ON DELETE CASCADE,
          subtask_id TEXT,
          task_name TEXT,
          file TEXT,
          started_ms INTEGER,
          last_percent INTEGER,
          last_layer INTEGER,
          total_layers INTEGER,
          state TEXT NOT NULL,
          our_task_id TEXT,
          details_json TEXT,
          updated_ms INTEGER NOT NULL
        ) STRICT;
        """),
    Migration(
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
        """),
    Migration(
      number: 3,
      script: """
        CREATE TABLE print_starts (
          printer_id INTEGER PRIMARY KEY REFERENCES printers (id) ON DELETE CASCADE,
          task_id INTEGER NOT NULL,
          file TEXT NOT NULL,
          sent_ms INTEGER NOT NULL
        ) STRICT;
        """),
    Migration(
      number: 4,
      // One password for the whole board, with what it was hashed by.
      script: """
        CREATE TABLE password (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          salt BLOB NOT NULL,
          digest BLOB NOT NULL,
          cost INTEGER NOT NULL,
          block_size INTEGER NOT NULL,
          parallelism INTEGER NOT NULL,
          is_first INTEGER NOT NULL,
          updated_ms INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE sessions (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          token_sha256 BLOB NOT NULL UNIQUE,
          created_ms INTEGER NOT NULL,
          last_used_ms INTEGER NOT NULL
        ) STRICT;
        """),
    Migration(
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
        """),
  ]
}
