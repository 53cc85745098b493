/// Why a file is no backup that can be restored. Nothing was changed when it is thrown.
package enum BackupProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// It begins like no backup.
  case foreign
  /// It ends before its end.
  case cut
  case damaged(String)
  /// It is sealed, and no passphrase was given.
  case needsPassphrase
  /// The passphrase does not fit, or the file is damaged at its beginning.
  case wrongPassphrase
  /// Written by a later version of the program.
  case newer(version: String)
  case cancelled

  package var description: String {
    switch self {
    case .foreign: "This is no backup of Layerberry."
    case .cut: "The backup is cut off: its end is missing. Copy it again."
    case .damaged(let what): "The backup is damaged: \(what). Take another one."
    case .needsPassphrase: "The backup is sealed: give its passphrase."
    case .wrongPassphrase: "The passphrase does not open this backup."
    case .newer(let version): "The backup was made by the newer version \(version). Install that version first."
    case .cancelled: "The service was stopped meanwhile."
    }
  }
}
