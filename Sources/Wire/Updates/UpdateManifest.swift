package import Model

/// What a release says of itself; believed only after its signature was checked.
package struct UpdateManifest: Hashable, Sendable {
  package static let product = "layerberry"

  package let version: String
  /// The processor that it is for, as the kernel calls it: `aarch64`, `x86_64`.
  package let architecture: String
  /// Bytes of what is installed.
  package let size: Int64
  package let sha256: ContentHash
  package let notes: String?
  /// Where the bundle is, from the manifest's own address; nil in a bundle itself.
  package let bundle: String?

  /// The largest that is taken, in bytes.
  package static let largest: Int64 = 4 << 30

  /// nil for anything that is no manifest of ours.
  package init?(_ bytes: [UInt8]) {
    guard let json = try? JSONParser.parse(bytes, limits: .init(bytes: SignedManifest.limit)),
      json["product"]?.string == Self.product, let version = json["version"]?.string, version.utf8.count <= 64,
      let architecture = json["architecture"]?.string, case .int(let size)? = json["size"],
      (1...Self.largest).contains(size), let sha256 = json["sha256"]?.string.flatMap({ ContentHash(hex: $0) })
    else { return nil }
    self.version = version
    self.architecture = architecture
    self.size = size
    self.sha256 = sha256
    notes = json["notes"]?.string.map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(4000))) }
    bundle = json["bundle"]?.string
  }
}

/// A manifest as it comes, with its signature over exactly these bytes: `{"manifest":"base64","signature":"base64"}`.
package struct SignedManifest: Hashable, Sendable {
  /// Bytes of the longest one.
  package static let limit = 64 * 1024
  package static let signatureBytes = 64

  package let manifest: [UInt8]
  package let signature: [UInt8]

  package init?(_ bytes: [UInt8]) {
    guard let json = try? JSONParser.parse(bytes, limits: .init(bytes: Self.limit)),
      let manifest = json["manifest"]?.string.flatMap({ Base64.decode($0.utf8) }),
      let signature = json["signature"]?.string.flatMap({ Base64.decode($0.utf8) }),
      signature.count == Self.signatureBytes
    else { return nil }
    self.manifest = manifest
    self.signature = signature
  }
}

/// How a bundle begins: `LBRYUPDT`, the number of this form, the length of the signed manifest (four bytes, the greatest
/// first), the signed manifest. All that follows is what is installed.
package enum UpdateBundleHead: Hashable, Sendable {
  package static let magic = Array("LBRYUPDT".utf8)
  package static let form: UInt8 = 1
  /// Bytes before the signed manifest.
  package static let fixedBytes = magic.count + 5

  /// The length of the signed manifest that follows.
  case known(length: Int)
  /// Of a later form.
  case later
  case foreign

  /// - Parameter bytes: the first `fixedBytes`.
  package init(_ bytes: [UInt8]) {
    guard bytes.count >= Self.fixedBytes, bytes.starts(with: Self.magic) else {
      self = .foreign
      return
    }
    guard bytes[Self.magic.count] == Self.form else {
      self = .later
      return
    }
    let length = bytes[(Self.magic.count + 1)..<Self.fixedBytes].reduce(0) { $0 << 8 | Int($1) }
    self = (1...SignedManifest.limit).contains(length) ? .known(length: length) : .foreign
  }
}
