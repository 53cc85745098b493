extension Migration {
  static let tellings = Migration(
    number: 15,
    // Written with a print's record, struck off with the message about it. Rows that are told are few and go by themselves;
    // they refer to nothing, so that a record can be deleted at any time.
    script: """
      CREATE TABLE print_tellings (
        archive_id INTEGER NOT NULL,
        step TEXT NOT NULL,
        is_told INTEGER NOT NULL,
        PRIMARY KEY (archive_id, step)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX print_tellings_owed ON print_tellings (archive_id, step) WHERE is_told = 0;
      """)
}
