import Wire

/// Any bytes as the body of an upload. The first byte says how they are cut, which must not change what is read; what
/// comes out is never more than what went in.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1, let boundary = MultipartBoundary(contentType: "multipart/form-data; boundary=cut") else { return 0 }
  let bytes = UnsafeBufferPointer(start: start, count: count)
  let whole = content(of: bytes.dropFirst(), cutEvery: count, boundary)
  let cut = content(of: bytes.dropFirst(), cutEvery: Int(bytes[0] % 32) + 1, boundary)
  precondition(whole == cut)
  precondition(whole.bytes.count <= count)
  // The header line that names the boundary is hostile too.
  _ = MultipartBoundary(contentType: String(decoding: bytes, as: UTF8.self))
  return 0
}

private struct Content: Equatable {
  var parts: [MultipartPart] = []
  var bytes: [UInt8] = []
  var isBroken = false
}

private func content(
  of bytes: Slice<UnsafeBufferPointer<UInt8>>, cutEvery size: Int, _ boundary: MultipartBoundary
) -> Content {
  var parser = MultipartParser(boundary: boundary)
  var content = Content()
  var rest = bytes
  do throws(MultipartError) {
    while !rest.isEmpty {
      for event in try parser.feed(rest.prefix(size)) {
        switch event {
        case .part(let part): content.parts.append(part)
        case .bytes(let some): content.bytes.append(contentsOf: some)
        case .partEnd: break
        }
      }
      rest = rest.dropFirst(size)
    }
    try parser.finish()
  } catch {
    content.isBroken = true
    // How far it came before the broken place depends on the cuts.
    content.parts = []
    content.bytes = []
  }
  return content
}
