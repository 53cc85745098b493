/// The lines of a listing, one after the other. CR LF and LF end a line alike.
struct ListingLines {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: some Collection<UInt8>, limits: StorageListing.Limits) throws(StorageListingError) {
    guard bytes.count <= limits.total else { throw .tooLong(limit: limits.total) }
    rest = Array(bytes)[...]
  }

  mutating func next() -> ArraySlice<UInt8>? {
    guard !rest.isEmpty else { return nil }
    let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
    var line = rest[rest.startIndex..<end]
    rest = end < rest.endIndex ? rest[(end + 1)...] : []
    if line.last == 0x0D { line.removeLast() }
    return line
  }
}
