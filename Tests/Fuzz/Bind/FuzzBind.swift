import Model
import Wire

/// Any bytes as the stream of the bind port, cut in pieces of the length that the first byte says. However they are cut,
/// the same frames come out, none of them too long, and each is an answer or none.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBind(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let address = try? HostName("192.0.2.9"), count > 0 else { return 0 }
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  let bytes = input.dropFirst()
  let whole = read(bytes, by: max(1, bytes.count))
  let cut = read(bytes, by: Int(input[0]) + 1)
  precondition(whole.failed == cut.failed)
  // A frame before a broken one is told when it comes in a piece of its own.
  precondition(cut.payloads.starts(with: whole.payloads))
  for payload in cut.payloads {
    precondition(payload.count <= BindFrame.maximumBytes)
    guard let found = BindDetect.announcement(payload, address: address) else { continue }
    precondition(found.address == address && (try? SerialNumber(found.serial.text)) == found.serial)
  }
  // The answer without its frame: what is inside is reached sooner.
  _ = BindDetect.announcement(bytes, address: address)
  return 0
}

private func read(_ bytes: ArraySlice<UInt8>, by size: Int) -> (payloads: [[UInt8]], failed: Bool) {
  var decoder = BindFrameDecoder()
  var payloads: [[UInt8]] = []
  var rest = bytes
  while !rest.isEmpty {
    guard let more = try? decoder.append(rest.prefix(size)) else { return (payloads, true) }
    payloads += more
    rest = rest.dropFirst(size)
  }
  return (payloads, false)
}
