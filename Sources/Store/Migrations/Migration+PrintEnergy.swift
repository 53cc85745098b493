extension Migration {
  static let printEnergy = Migration(
    number: 9,
    script: """
      ALTER TABLE archives ADD COLUMN energy_kwh REAL;
      ALTER TABLE archives ADD COLUMN energy_cost REAL;

      CREATE TABLE print_meters (
        printer_id INTEGER PRIMARY KEY REFERENCES printers (id) ON DELETE CASCADE,
        archive_id INTEGER NOT NULL REFERENCES archives (id) ON DELETE CASCADE,
        plug_id INTEGER NOT NULL,
        begun_kwh REAL NOT NULL
      ) STRICT;
      CREATE INDEX print_meters_by_archive ON print_meters (archive_id);
      """)
}
