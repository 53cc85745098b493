package import Model
import Wire

/// What a backup says of itself, as its first member (Documentation/decisions: backups).
package struct BackupManifest: Hashable, Sendable {
  package static let member = "manifest.json"
  static let endMember = "end.json"
  static let format = "layerberry-backup"
  static let formatVersion: Int64 = 1
  /// Bytes of the longest one.
  package static let limit = 4096

  /// Of the program that made it.
  package var version: String
  /// Of the database.
  package var schema: Int
  package var madeAt: Timestamp
  package var holdsSecrets: Bool

  package init(version: String, schema: Int, madeAt: Timestamp, holdsSecrets: Bool) {
    self.version = version
    self.schema = schema
    self.madeAt = madeAt
    self.holdsSecrets = holdsSecrets
  }

  package var bytes: [UInt8] {
    var json = JSONWriter()
    json.write([
      "format": .string(Self.format), "format_version": .int(Self.formatVersion), "version": .string(version),
      "schema": .int(Int64(schema)), "made_at": .string(madeAt.description), "secrets": .bool(holdsSecrets),
    ])
    return json.bytes
  }

  package init(_ bytes: [UInt8]) throws(BackupProblem) {
    guard let json = try? JSONParser.parse(bytes, limits: .init(bytes: Self.limit)),
      json["format"]?.string == Self.format, case .int(let form)? = json["format_version"],
      let version = json["version"]?.string, version.utf8.count <= 64
    else { throw .foreign }
    guard form <= Self.formatVersion else { throw .newer(version: version) }
    guard case .int(let schema)? = json["schema"], (1...100_000).contains(schema),
      let madeAt = json["made_at"]?.string.flatMap(Timestamp.init(iso8601:)), let holdsSecrets = json["secrets"]?.bool
    else { throw .damaged("its description cannot be read") }
    self.init(version: version, schema: Int(schema), madeAt: madeAt, holdsSecrets: holdsSecrets)
  }
}
