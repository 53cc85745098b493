import HTTPServer

/// Any bytes as the target of a request. What is read holds what handlers rely on: no dot segments, no control
/// characters in the path, and the same outcome a second time.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTarget(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  guard let target = try? RequestTarget(parsing: text[...]) else { return 0 }
  for segment in target.segments {
    precondition(segment != "." && segment != "..")
    precondition(segment.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
  }
  precondition(target.segments.count <= text.utf8.count)
  precondition(target.query.count <= text.utf8.count)
  precondition((try? RequestTarget(parsing: text[...])) == target)
  return 0
}
