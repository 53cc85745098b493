extension Migration {
  static let first = Migration(
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
      """)
}
