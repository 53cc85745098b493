import Model
import Wire

/// Any bytes as the answer of LIST and NLST. Whatever comes out must lie in the folder that was asked for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzListing(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let folder = try? StoragePath("/cache") else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let now = Timestamp(seconds: 1_741_608_000)
  if let entries = try? StorageListing.entries(bytes, in: folder, now: now).entries {
    precondition(entries.allSatisfy { $0.path.folder == folder && $0.size >= 0 })
  }
  if let names = try? StorageListing.names(bytes, in: folder).entries {
    precondition(names.allSatisfy { $0.folder == folder })
  }
  return 0
}
