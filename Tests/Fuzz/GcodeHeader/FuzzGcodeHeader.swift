import PrintFile

/// Any bytes as G-code. The first byte says how they are cut, which must not change what is read; numbers keep to their
/// ranges.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGcodeHeader(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let bytes = UnsafeBufferPointer(start: start, count: count)
  let text = bytes.dropFirst()
  var whole = GcodeHeader()
  whole.feed(text)
  whole.endLine()
  var cut = GcodeHeader()
  var rest = text
  while !rest.isEmpty {
    cut.feed(rest.prefix(Int(bytes[0]) + 1))
    rest = rest.dropFirst(Int(bytes[0]) + 1)
  }
  cut.endLine()
  precondition(whole == cut)
  precondition((0...31_536_000).contains(whole.seconds ?? 0))
  precondition((1...1_000_000).contains(whole.layers ?? 1) && (1...1_000_000).contains(whole.layersByHeight ?? 1))
  precondition(whole.grams.allSatisfy { $0 >= 0 } && whole.metres.allSatisfy { $0 >= 0 })
  return 0
}
