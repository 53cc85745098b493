extension Migration {
  static let maintenance = Migration(
    number: 10,
    // Hours are counted as prints end, so that a record that is thrown away takes none of them along. A trigger does it in
    // the transaction that writes the end. The intervals of built-in types are rounded estimates to begin
    // with: a type of one's own has another.
    script: """
      CREATE TABLE printer_wear (
        printer_id INTEGER PRIMARY KEY REFERENCES printers (id) ON DELETE CASCADE,
        printed_s INTEGER NOT NULL
      ) STRICT;
      INSERT INTO printer_wear (printer_id, printed_s)
        SELECT printer_id, sum(duration_s) FROM archives
        WHERE printer_id IS NOT NULL AND duration_s > 0 AND is_system = 0 GROUP BY printer_id;
      CREATE TRIGGER prints_wear AFTER UPDATE OF ended_ms ON archives
        WHEN old.ended_ms IS NULL AND new.ended_ms IS NOT NULL AND new.duration_s > 0 AND new.is_system = 0
          AND new.printer_id IS NOT NULL
      BEGIN
        INSERT INTO printer_wear (printer_id, printed_s) VALUES (new.printer_id, new.duration_s)
          ON CONFLICT (printer_id) DO UPDATE SET printed_s = printed_s + excluded.printed_s;
      END;

      CREATE TABLE maintenance_types (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        interval INTEGER NOT NULL,
        unit TEXT NOT NULL,
        models TEXT,
        is_builtin INTEGER NOT NULL,
        is_enabled INTEGER NOT NULL,
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL,
        CHECK (unit IN ('hours', 'days'))
      ) STRICT;

      CREATE TABLE maintenance_log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        printer_id INTEGER NOT NULL REFERENCES printers (id) ON DELETE CASCADE,
        type_id INTEGER NOT NULL REFERENCES maintenance_types (id) ON DELETE CASCADE,
        notes TEXT NOT NULL,
        done_ms INTEGER NOT NULL,
        printed_s INTEGER NOT NULL,
        created_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX maintenance_log_latest ON maintenance_log (printer_id, type_id, done_ms);
      CREATE INDEX maintenance_log_by_type ON maintenance_log (type_id);

      CREATE TABLE maintenance_told (
        printer_id INTEGER NOT NULL REFERENCES printers (id) ON DELETE CASCADE,
        type_id INTEGER NOT NULL REFERENCES maintenance_types (id) ON DELETE CASCADE,
        PRIMARY KEY (printer_id, type_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX maintenance_told_by_type ON maintenance_told (type_id);

      INSERT INTO maintenance_types (name, description, interval, unit, models, is_builtin, is_enabled, created_ms,
          updated_ms)
        VALUES
        ('Clean the build plate', 'Wash it with dish soap and warm water.', 50, 'hours', NULL, 1, 1, 0, 0),
        ('Clean the carbon rods', 'Wipe them with isopropyl alcohol until the cloth stays clean; no grease.', 150,
          'hours', 'X1C,X1,X1E,P1P,P1S', 1, 1, 0, 0),
        ('Clean and oil the X axis', 'Wipe the steel rods or the rail, then oil them thinly.', 200, 'hours',
          'A1,A1MINI,A2L,P2S,X2D,H2S,H2D,H2DPRO,H2C', 1, 1, 0, 0),
        ('Oil the Y axis rail', 'Wipe the rails, then oil them thinly.', 200, 'hours', 'A1,A1MINI,A2L', 1, 1, 0, 0),
        ('Grease the Z screws', 'Wipe the lead screws, then grease them.', 90, 'days', NULL, 1, 1, 0, 0),
        ('Check the belts', 'Look for wear, and tension them as the wiki says.', 90, 'days', NULL, 1, 1, 0, 0),
        ('Clean nozzle, wiper and fans', 'Remove what sticks to them and to the extruder gears.', 100, 'hours', NULL,
          1, 1, 0, 0),
        ('Replace the air filter', 'The carbon filter in the chamber.', 180, 'days',
          'X1C,X1,X1E,P1S,P2S,X2D,H2S,H2D,H2DPRO,H2C', 1, 1, 0, 0);
      """)
}
