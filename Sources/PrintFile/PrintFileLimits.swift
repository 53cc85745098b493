/// How much of a file is taken. Real files of 36 plates and hundreds of objects stay far below.
package struct PrintFileLimits: Sendable {
  /// Members of a 3MF.
  package var entries = 10_000
  /// Bytes of a ZIP's list of members: what libzip keeps in memory grows with it.
  package var directoryBytes = 4 << 20
  /// Bytes of a member's name.
  package var nameBytes = 512
  /// Unpacked bytes that a member may claim to have.
  package var memberBytes: UInt64 = 4 << 30
  /// Unpacked bytes of all members together.
  package var totalBytes: UInt64 = 16 << 30
  /// Unpacked bytes for one packed byte, of a member above `ratioFrom` bytes, and of the file as a whole. G-code packs
  /// to a fifth, settings to a tenth; what packs to a two-hundredth is no print.
  package var ratio: UInt64 = 200
  package var ratioFrom: UInt64 = 4 << 20
  /// Bytes that are unpacked for one reading, of all members together.
  package var readBytes = 96 << 20
  package var plates = 256
  /// Of a plate.
  package var objects = 4096
  package var filaments = 64
  /// Bytes of the settings members, XML and JSON, each.
  package var settingsBytes = 8 << 20
  /// Bytes of a plate's JSON.
  package var plateBytes = 1 << 20
  /// Bytes from the front of G-code, in which its header is looked for, and of plain G-code also from its end.
  package var headerBytes = 512 << 10
  /// Bytes from the front of the model, in which its metadata is looked for.
  package var modelBytes = 1 << 20
  /// Bytes of a picture.
  package var pictureBytes = 4 << 20

  package init() {}

  /// Bytes of a name or a title.
  static let textBytes = 512
}
