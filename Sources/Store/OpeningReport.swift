/// What the opening of a database found and did, for the log.
package struct OpeningReport: Hashable, Sendable {
  /// The database was made anew.
  package var isNew = false
  /// The schema's number before and after.
  package var versionFound = 0
  package var version = 0
  /// The copy that was made before the migration.
  package var copy: String?
  /// Pages of work in the journal of a run that did not end cleanly; they were kept.
  package var recoveredPages = 0
  /// How long the check took; nil when none was made.
  package var checkTime: Duration?
  /// The check reached its end.
  package var isFullyChecked = true

  /// One sentence for each thing worth telling.
  package var sentences: [String] {
    var words: [String] = []
    if isNew { words.append("A new database was made (version \(version)).") }
    if recoveredPages > 0 {
      words.append(
        "The last run did not end cleanly: recovered \(recoveredPages) pages from the journal, nothing was lost.")
    }
    if let checkTime {
      let milliseconds = checkTime.components.seconds * 1_000 + checkTime.components.attoseconds / 1_000_000_000_000_000
      words.append(
        isFullyChecked
          ? "The database is sound (checked in \(milliseconds) ms)."
          : "The database is large: checked for \(milliseconds) ms and found sound as far as that came.")
    }
    if !isNew, versionFound < version {
      words.append("The database was brought from version \(versionFound) to \(version).")
    }
    if let copy { words.append("A copy of it as it was is in \(copy).") }
    return words
  }
}
