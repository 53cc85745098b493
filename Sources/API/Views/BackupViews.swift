import Model
import Service
import Wire

/// A backup: being made, kept, or failed.
package struct BackupView: WireObject {
  let entry: BackupEntry

  package static let name = "Backup"
  package static let fields: [ObjectField<BackupView>] = [
    ObjectField("id", "Its number.", example: 1_790_000_000_000) { $0.entry.number },
    ObjectField(
      "state", "`running` until it is written and was read back.",
      schema: .choice(BackupEntry.State.allCases.map(\.rawValue)), example: "done"
    ) { $0.entry.state.rawValue },
    ObjectField("progress", "Per cent.", schema: .integer(0...100), example: 100) { $0.entry.percent },
    ObjectField("size", "Bytes, or null while it is being made.", example: 48_234_496) { $0.entry.bytes },
    ObjectField("sealed", "It is encrypted with a passphrase and holds the secrets; else it has none.") {
      $0.entry.isSealed
    },
    ObjectField("created_at", "The moment of which it is.") { $0.entry.madeAt },
    ObjectField("updated_at", "The same: a backup never changes.") { $0.entry.madeAt },
    ObjectField("error", "Why it failed, or null.", example: .null) { $0.entry.error },
  ]
}

/// How a restoring stands.
package struct RestoreView: WireObject {
  let standing: RestoreStanding

  package static let name = "Restore"
  package static let fields: [ObjectField<RestoreView>] = [
    ObjectField(
      "state",
      "`checking` while the backup is taken apart beside what is there; `restarting` when it was whole; `done` once the "
        + "service runs with it.", schema: .choice(RestoreStanding.State.allCases.map(\.rawValue)), example: "checking"
    ) { $0.standing.state.rawValue },
    ObjectField("progress", "Per cent.", schema: .integer(0...100), example: 40) { $0.standing.percent },
    ObjectField("backup_created_at", "When the backup was made, or null.") { $0.standing.madeAt },
    ObjectField("error", "Why it failed, or null. Nothing was changed then.", example: .null) { $0.standing.error },
  ]
}
