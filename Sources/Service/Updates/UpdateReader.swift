import Model
package import Rules
import Store
package import TLS
import Wire

/// What is believed of an update, and what is refused of it.
package struct UpdateJudge: Sendable {
  let key: SigningKey
  let running: ReleaseVersion
  /// As the kernel calls this processor.
  let architecture: String

  package init(key: SigningKey, running: ReleaseVersion, architecture: String) {
    self.key = key
    self.running = running
    self.architecture = architecture
  }

  /// - Throws: 400 for what is not signed by the owner of the key, or is no manifest of ours.
  func manifest(_ bytes: [UInt8]) throws(Fault) -> UpdateManifest {
    guard let signed = SignedManifest(bytes) else { throw Self.refused("it is no signed manifest of Layerberry") }
    guard key.accepts(signed.signature, of: signed.manifest) else {
      throw Self.refused("its signature is not by the key that this version knows")
    }
    guard let manifest = UpdateManifest(signed.manifest), ReleaseVersion(manifest.version) != nil else {
      throw Self.refused("its manifest cannot be read")
    }
    return manifest
  }

  /// - Parameter named: the version that the person asks for.
  /// - Throws: 400 for another machine's, `CONFLICT` for an older one that nobody named, or another than the named one.
  func allow(_ manifest: UpdateManifest, named: String?) throws(Fault) {
    guard manifest.architecture == architecture else {
      throw Self.refused("it is for \(manifest.architecture), and this board is \(architecture)")
    }
    guard let version = ReleaseVersion(manifest.version) else { throw Self.refused("its manifest cannot be read") }
    if let named {
      guard ReleaseVersion(named) == version else {
        throw Fault(.conflict, "The update is version \(manifest.version), not \(named).")
      }
      return
    }
    guard version > running else {
      throw Fault(
        .conflict,
        "Version \(manifest.version) is not newer than \(running), which runs. Name it as version to install it all the same."
      )
    }
  }

  static func refused(_ why: String) -> Fault {
    Fault(
      .invalidRequest, "This update is refused: \(why).",
      fields: [InvalidValue("file", "must be a bundle that was made and signed for this board")])
  }
}

/// A bundle in a file: its head was read and its signature checked; its payload is still to be.
struct OpenedBundle: Sendable {
  let manifest: UpdateManifest
  let payload: UpdatePayload

  init(_ file: SpoolFile, _ judge: UpdateJudge) throws(Fault) {
    let head = try file.read(at: 0, count: UpdateBundleHead.fixedBytes)
    switch UpdateBundleHead(head) {
    case .foreign: throw UpdateJudge.refused("it is no bundle of Layerberry")
    case .later: throw UpdateJudge.refused("it has a form that this version does not know")
    case .known(let length):
      let start = Int64(UpdateBundleHead.fixedBytes)
      manifest = try judge.manifest(try file.read(at: start, count: length))
      let size = file.size - start - Int64(length)
      guard size == manifest.size else {
        throw UpdateJudge.refused(size < manifest.size ? "it is cut off" : "something follows its end")
      }
      payload = UpdatePayload(file, start: start + Int64(length), size: size)
    }
  }

  /// Reads it through.
  ///
  /// - Parameter progress: is told per cent.
  func verify(_ progress: @Sendable (Int) -> Void) async throws {
    let hash = ContentHasher()
    var offset: Int64 = 0
    while case let bytes = try payload.read(at: offset, count: 1 << 16), !bytes.isEmpty {
      try Task.checkCancellation()
      hash.take(bytes)
      offset += Int64(bytes.count)
      progress(Int(offset * 100 / max(1, payload.size)))
      await Task.yield()
    }
    guard offset == payload.size, hash.digest == manifest.sha256 else {
      throw UpdateJudge.refused("it is damaged: its checksum does not fit")
    }
  }
}
