import Model
import Wire

/// Any bytes as a datagram of discovery. What is read holds what its types promise: a serial number, an address that
/// needs no name service, and texts without control characters.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSsdp(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for source in [nil, try? HostName("192.0.2.9")] {
    switch SSDPMessage(bytes, source: source) {
    case .alive(let found)?:
      precondition(bytes.count <= SSDPMessage.maximumBytes)
      precondition((try? SerialNumber(found.serial.text)) == found.serial)
      precondition(found.address.isNumeric)
      for text in [found.modelCode, found.name, found.firmware, found.connection, found.binding, found.interface] {
        guard let text else { continue }
        precondition(!text.isEmpty && text.unicodeScalars.allSatisfy { $0.value >= 0x20 })
      }
    case .byebye(let serial)?: precondition((try? SerialNumber(serial.text)) == serial)
    case nil: break
    }
  }
  return 0
}
