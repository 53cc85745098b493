import Wire

/// Any bytes as the head of a bundle, a signed manifest, and a manifest.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzUpdate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if case .known(let length) = UpdateBundleHead(bytes) { precondition((1...SignedManifest.limit).contains(length)) }
  if let signed = SignedManifest(bytes) {
    precondition(signed.signature.count == SignedManifest.signatureBytes)
    _ = UpdateManifest(signed.manifest)
  }
  if let manifest = UpdateManifest(bytes) { precondition((1...UpdateManifest.largest).contains(manifest.size)) }
  return 0
}
