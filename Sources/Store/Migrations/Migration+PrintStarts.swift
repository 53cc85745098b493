extension Migration {
  static let printStarts = Migration(
    number: 3,
    script: """
      CREATE TABLE print_starts (
        printer_id INTEGER PRIMARY KEY REFERENCES printers (id) ON DELETE CASCADE,
        task_id INTEGER NOT NULL,
        file TEXT NOT NULL,
        sent_ms INTEGER NOT NULL
      ) STRICT;
      """)
}
