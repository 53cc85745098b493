extension Migration {
  static let toldFaults = Migration(
    number: 17,
    // Codes with blanks between them: which complaints of the printer people have been told of.
    script: "ALTER TABLE printers ADD COLUMN told_faults TEXT")
}
