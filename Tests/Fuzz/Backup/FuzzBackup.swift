import Store
import Wire

/// Any bytes as the beginning of a backup: the header of a sealed one, a tar header, what a backup says of itself. Whatever
/// is read is written again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBackup(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if case .file(let header) = TarHeader.read(bytes.prefix(TarHeader.block)) {
    precondition(TarHeader.read(header.bytes) == .file(header))
    precondition(!header.name.hasPrefix("/") && !header.name.split(separator: "/").contains(".."))
  }
  if let manifest = try? BackupManifest(bytes) {
    precondition((try? BackupManifest(manifest.bytes)) == manifest)
  }
  if let form = try? SealedForm(header: Array(bytes.prefix(SealedForm.headerBytes))) {
    precondition(form.header == Array(bytes.prefix(SealedForm.headerBytes)))
  }
  return 0
}
