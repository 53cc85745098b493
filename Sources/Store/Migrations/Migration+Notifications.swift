extension Migration {
  static let notifications = Migration(
    number: 8,
    // One table is outbox and history: a message is written once, and what becomes of it is a change of its row. A message
    // outlives its provider and its printer, as history does. The index serves the next message of a provider.
    script: """
      CREATE TABLE notification_providers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        type TEXT NOT NULL,
        is_enabled INTEGER NOT NULL,
        config_json TEXT NOT NULL,
        events TEXT NOT NULL,
        printer_ids TEXT,
        quiet_start_minute INTEGER,
        quiet_end_minute INTEGER,
        digest_minute INTEGER,
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE notification_templates (
        event TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        message TEXT NOT NULL,
        updated_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE notifications (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        provider_id INTEGER REFERENCES notification_providers (id) ON DELETE SET NULL,
        provider_name TEXT NOT NULL,
        provider_type TEXT NOT NULL,
        event TEXT NOT NULL,
        level TEXT NOT NULL,
        printer_id INTEGER REFERENCES printers (id) ON DELETE SET NULL,
        archive_id INTEGER,
        title TEXT NOT NULL,
        message TEXT NOT NULL,
        data_json TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        error TEXT,
        due_ms INTEGER NOT NULL,
        created_ms INTEGER NOT NULL,
        finished_ms INTEGER
      ) STRICT;
      CREATE INDEX notifications_open ON notifications (provider_id, state, id) WHERE finished_ms IS NULL;
      CREATE INDEX notifications_finished ON notifications (id) WHERE finished_ms IS NOT NULL;
      CREATE INDEX notifications_by_printer ON notifications (printer_id);

      CREATE TABLE notification_steps (
        printer_id INTEGER PRIMARY KEY REFERENCES printers (id) ON DELETE CASCADE,
        print_key TEXT NOT NULL,
        step INTEGER NOT NULL
      ) STRICT;
      """)
}
