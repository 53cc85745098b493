import Glibc
import Model
import Wire

/// Reads a backup through: it is whole, every file is what its name says, and it is one that this program can take.
struct BackupCheck {
  let path: String
  let passphrase: Secret?

  /// - Parameters:
  ///   - newest: the newest schema that this program knows.
  ///   - step: is told the bytes of each piece, and ends the work by throwing.
  ///   - keep: gets every member in pieces; the last call for one has no bytes.
  /// - Throws: `BackupProblem`, or what the system reports.
  func run(
    newest: Int = Schema.migrations.last?.number ?? 0, step: (Int64) throws -> Void,
    keep: (_ member: TarHeader, _ piece: [UInt8]) throws -> Void = { _, _ in }
  ) throws -> BackupManifest {
    do {
      let reader = try BackupReader(path, passphrase: passphrase)
      let manifest = try Self.manifest(of: reader, newest: newest)
      var hasDatabase = false
      while let member = try reader.member() {
        if member.name == BackupLayout.database { hasDatabase = true }
        try take(member, reader, step: step, keep: keep)
      }
      guard hasDatabase else { throw BackupProblem.damaged("the database is missing") }
      return manifest
    } catch is JSONError {
      throw BackupProblem.damaged("its end cannot be read")
    }
  }

  /// Only what a backup says of itself; quick, and enough to refuse what is none.
  func manifest() throws -> BackupManifest {
    try Self.manifest(
      of: try BackupReader(path, passphrase: passphrase), newest: Schema.migrations.last?.number ?? 0)
  }

  private static func manifest(of reader: BackupReader, newest: Int) throws -> BackupManifest {
    guard let member = try reader.member(), member.name == BackupManifest.member else { throw BackupProblem.foreign }
    let manifest = try BackupManifest(try reader.bytes(of: member))
    guard manifest.schema <= newest else { throw BackupProblem.newer(version: manifest.version) }
    return manifest
  }

  private func take(
    _ member: TarHeader, _ reader: BackupReader, step: (Int64) throws -> Void,
    keep: (TarHeader, [UInt8]) throws -> Void
  ) throws {
    var expected: ContentHash?
    if member.name != BackupLayout.database {
      guard let place = BackupLayout.place(of: member.name) else {
        throw BackupProblem.damaged("it holds a file that no backup has")
      }
      if place.folder == .files {
        guard let hash = ContentHash(hex: place.name) else { throw BackupProblem.damaged("a file has a wrong name") }
        expected = hash
      }
    }
    let hash = try RunningHash()
    try reader.pieces(of: member) { piece in
      hash.take(piece)
      try keep(member, piece)
      try step(Int64(piece.count))
    }
    guard expected == nil || hash.digest == expected else {
      throw BackupProblem.damaged("a file is not what its name says")
    }
    try keep(member, [])
  }
}
