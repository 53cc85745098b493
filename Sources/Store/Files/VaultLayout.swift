import Model

/// Where the vault has its files: `ab/cdef…`, by the hex digits of the content's SHA-256, so that no folder becomes long.
struct VaultLayout: Sendable {
  /// `…/files`.
  let root: String

  func folder(_ first: UInt8) -> String {
    let digits = String(first, radix: 16)
    return "\(root)/\(digits.count == 1 ? "0" : "")\(digits)"
  }

  func folder(of hash: ContentHash) -> String { folder(hash.bytes[0]) }

  func path(of hash: ContentHash) -> String { "\(folder(of: hash))/\(hash.hex.dropFirst(2))" }

  /// The file of that name in the folder of that first byte; nil for a name that is none of ours.
  func hash(first: UInt8, name: String) -> ContentHash? {
    let digits = String(first, radix: 16)
    return ContentHash(hex: (digits.count == 1 ? "0" : "") + digits + name)
  }

  /// A file that becomes one of the vault's or nothing.
  func temporary(_ run: UInt32, _ number: Int) -> String { "\(root)/\(run)-\(number).new" }

  /// Whether a name in the vault's own folder is a file that an earlier run did not come to keep.
  func isLeft(_ name: String, run: UInt32) -> Bool { name.hasSuffix(".new") && !name.hasPrefix("\(run)-") }
}
