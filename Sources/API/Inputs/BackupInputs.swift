import Model
import Store
import Wire

/// The fields of backups and restoring.
enum BackupFields {
  static let passphrase = InputField(
    "passphrase", passphraseSchema, "What a backup is sealed with. Without it nobody opens it, we neither.",
    example: "a long sentence of your own"
  ) { (json) throws(InvalidValue) in
    guard let text = json.string else { throw InvalidValue("passphrase", expectation) }
    return try passphrase(text)
  }
  static let backup = InputField<Int64>.integer(
    "backup_id", 1...Int64.max, "A backup that is kept on the board.", example: 1_790_000_000_000)

  static let passphraseSchema = Schema.string(
    length: SealedForm.passphrase, format: nil, pattern: #"^[^\x00-\x1f\x7f]*$"#)
  private static let expectation =
    "must be \(SealedForm.passphrase.lowerBound) to \(SealedForm.passphrase.upperBound) characters without control characters"

  static func passphrase(_ text: String) throws(InvalidValue) -> Secret {
    guard SealedForm.passphrase.contains(text.unicodeScalars.count),
      text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else { throw InvalidValue("passphrase", expectation) }
    return Secret(text)
  }
}

/// The body of `POST /system/backup`.
struct MakeBackup: WireInput {
  let passphrase: Secret?

  static let name = "MakeBackup"
  static let fields: [DeclaredInput] = [.optional(BackupFields.passphrase)]

  init(_ reader: inout InputReader) throws(Fault) { passphrase = reader.optional(BackupFields.passphrase) }
}

/// The body of `POST /system/restore` where no file is sent.
struct RestoreBackup: WireInput {
  let backup: Int64
  let passphrase: Secret?

  static let name = "RestoreBackup"
  static let fields: [DeclaredInput] = [.required(BackupFields.backup), .optional(BackupFields.passphrase)]

  init(_ reader: inout InputReader) throws(Fault) {
    let backup = reader.required(BackupFields.backup)
    passphrase = reader.optional(BackupFields.passphrase)
    guard let backup else { throw reader.fault }
    self.backup = backup
  }
}
