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

/// All migrations in order, each in its file below `Migrations`. Moments are milliseconds since 1970 in UTC, as their names say.
package enum Schema {
  package static let migrations: [Migration] = [
    .first,
    .prints,
    .printStarts,
    .passwordAndSessions,
    .timelapses,
    .archives,
    .smartPlugs,
    .notifications,
    .printEnergy,
    .maintenance,
    .openArchives,
    .queue,
    .searchAndSums,
    .cloud,
    .tellings,
    .countedEnergy,
    .toldFaults,
  ]
}
