extension Migration {
  static let smartPlugs = Migration(
    number: 7,
    // A printer has one plug that feeds it, and a switch is one plug's: with two, one would get round the other's rule.
    script: """
      CREATE TABLE smart_plugs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        type TEXT NOT NULL,
        printer_id INTEGER REFERENCES printers (id) ON DELETE SET NULL,
        feeds_printer INTEGER NOT NULL,
        is_enabled INTEGER NOT NULL,
        address TEXT,
        relay TEXT,
        username TEXT,
        password TEXT,
        token TEXT,
        options TEXT NOT NULL,
        switch_mark TEXT NOT NULL UNIQUE,
        auto_on INTEGER NOT NULL,
        auto_off INTEGER NOT NULL,
        auto_off_delay_s INTEGER NOT NULL,
        auto_off_temperature_c INTEGER NOT NULL,
        last_state TEXT NOT NULL,
        last_state_ms INTEGER,
        work_ended_ms INTEGER,
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX smart_plugs_by_printer ON smart_plugs (printer_id);
      CREATE UNIQUE INDEX smart_plugs_that_feed ON smart_plugs (printer_id)
        WHERE feeds_printer = 1 AND printer_id IS NOT NULL;

      CREATE TABLE power_memories (
        printer_id INTEGER PRIMARY KEY REFERENCES printers (id) ON DELETE CASCADE,
        hazards TEXT NOT NULL,
        hottest_c REAL,
        remaining_s REAL,
        heard_ms INTEGER NOT NULL
      ) STRICT;
      """)
}
